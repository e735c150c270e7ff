"""What a run leaves: tables whose columns own their names, the run folder, the summary."""

from crenel.results.folder import RunFolder, default_folder, read_summary
from crenel.results.record import Results

__all__ = ["Results", "RunFolder", "default_folder", "read_summary"]
