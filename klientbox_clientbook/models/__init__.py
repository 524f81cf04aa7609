from . import klientbox_import
