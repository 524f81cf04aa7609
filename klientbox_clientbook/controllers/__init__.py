from . import clientbook
