from . import test_integration, test_inventory, test_language, test_neutralize, test_records, test_rights, test_source
