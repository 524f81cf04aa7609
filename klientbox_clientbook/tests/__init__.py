from . import test_architecture
from . import test_integration
from . import test_inventory
from . import test_language
from . import test_neutralize
from . import test_records
from . import test_rights
from . import test_source
