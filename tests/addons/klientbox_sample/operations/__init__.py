from . import cards, customers, vouchers
