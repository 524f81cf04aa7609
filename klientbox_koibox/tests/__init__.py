from . import (
    test_client,
    test_inventory,
    test_language,
    test_neutralize,
    test_numbering,
    test_rights,
    test_sales,
    test_sales_apps,
    test_source,
)
