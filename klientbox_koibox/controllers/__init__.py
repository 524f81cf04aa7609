from . import koibox
