from . import (
    test_api_key,
    test_client,
    test_consent,
    test_contact,
    test_language,
    test_lib,
    test_rights,
    test_status,
    test_versioned,
    test_visit,
)
