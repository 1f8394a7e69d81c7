"""The machine, the cache and files that were edited by hand."""

from __future__ import annotations

from triptych.diagnostics.code import ERROR, NOTE, Code

CODES = {
    "ENV001": Code(
        severity=ERROR,
        summary="environment variable has an invalid value",
        explanation=(
            "`SOURCE_DATE_EPOCH` sets the date that is written into all outputs, so that a build can be "
            "reproduced later. Its value must be a number of seconds since 1 January 1970. If the "
            "variable is not set, the `date:` of the manifest is used."
        ),
        bad="SOURCE_DATE_EPOCH=2026-01-01 triptych build",
        good="SOURCE_DATE_EPOCH=1767225600 triptych build",
    ),
    "ENV002": Code(
        severity=ERROR,
        summary="temporary files were deleted during the build",
        explanation=(
            "Each build keeps its temporary files in one folder of its own. Another program, such as a "
            "clean-up job, deleted this folder while the build was running, so no result of this build "
            "can be trusted. Nothing was written, and earlier outputs are unchanged. If it happens "
            "again, let `TMPDIR` point to a folder that is not cleaned."
        ),
        bad="TMPDIR=/mnt/scratch triptych build",
        good='TMPDIR="$HOME/tmp" triptych build',
    ),
    "ENV003": Code(
        severity=ERROR,
        summary="package needed by this book is not installed",
        explanation=(
            "A plain installation has no fonts for Chinese, Japanese and Korean, no renderer for "
            "formulas and no renderer for Graphviz diagrams. The book contains text that needs one of "
            "them, at the place shown. The hint is the command that installs the package. `triptych "
            "doctor` lists all optional packages."
        ),
        bad="pip install .",
        good="pip install '.[formulas,cjk,graphviz]'",
    ),
    "ENV004": Code(
        severity=NOTE,
        summary="worker process crashed and its task was run again",
        explanation=(
            "A worker process was killed or crashed, and another process ran its task again. The outputs "
            "are complete and correct. The usual cause is too little memory; run fewer processes to "
            "save memory."
        ),
        bad="triptych build --jobs 16",
        good="triptych build --jobs 2",
    ),
    "ENV005": Code(
        severity=ERROR,
        summary="worker processes kept failing on the same task",
        explanation=(
            "A worker process was killed or crashed, and so did the process that ran its task again. The "
            "message names the output or file. The usual cause is too little memory; run fewer processes "
            "to save memory. A damaged image or font can also be the cause. "
            "Nothing was written, and earlier outputs are unchanged."
        ),
        bad="triptych build --jobs 16",
        good="triptych build --jobs 1",
    ),
    "ENV006": Code(
        severity=NOTE,
        summary="invalid cache entries were rebuilt",
        explanation=(
            "Cached results are signed with a key of the user who made them. Entries that are damaged, "
            "or that were signed with another key, are deleted and rebuilt. The outputs are correct; "
            "only time was lost. Machines that share a cache must have the same `TRIPTYCH_CACHE_KEY`."
        ),
        bad="triptych build --cache-dir /shared/cache",
        good='TRIPTYCH_CACHE_KEY="$SHARED_KEY" triptych build --cache-dir /shared/cache',
    ),
    "ENV007": Code(
        severity=NOTE,
        summary="cache signing key cannot be saved, so the cache is not reused",
        explanation=(
            "Cached results are signed with a key in the user's data folder. That folder cannot be "
            "written to or the key file is readable by other users, so this run uses a temporary key "
            "and the next build starts without a cache. The outputs are correct. On build servers "
            "without a home folder, set `TRIPTYCH_CACHE_KEY` to a long random string."
        ),
        bad="XDG_DATA_HOME=/mnt/read-only triptych build",
        good='TRIPTYCH_CACHE_KEY="$SECRET" triptych build',
    ),
    "OUT001": Code(
        severity=NOTE,
        summary="hand-edited output file was backed up, then overwritten",
        explanation=(
            "The file in the output folder is not as the last build wrote it, for example because a "
            "deck was corrected in PowerPoint. The build saved the edited file next to the new output, "
            "as `NAME.edited-1`. The new output does not contain the edits. To keep them, "
            "make the same change in the source, or move the edited file elsewhere."
        ),
        bad="# build/report.pptx was edited in PowerPoint\ntriptych build",
        good="mv build/report.pptx corrected-report.pptx\ntriptych build",
    ),
}
