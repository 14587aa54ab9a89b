"""Logs of field tests, as the files room reads them."""

from loopkeeper.adapters.files.field_tests.level_log import read_levels
from loopkeeper.adapters.files.field_tests.response_logs import read_logger, read_response_test
from loopkeeper.adapters.files.field_tests.water_samples import read_samples

__all__ = ["read_levels", "read_logger", "read_response_test", "read_samples"]
