"""Import a book: read its source format, resolve links and cross-references, and write a project."""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from triptych.diagnostics import Span
from triptych.engine.extras import get_install_command, is_installed
from triptych.engine.files import remove_folder_on_error
from triptych.engine.processes.limits import (
    TRUSTED_IMPORT_FACTOR,
    LimitExceededError,
    compute_import_limits,
    run_with_limits,
)
from triptych.extensions import (
    ExtensionError,
    ExtensionGroup,
    list_extension_names,
    load_extension,
    require_kind,
)
from triptych.languages.cldr import load_english_names
from triptych.languages.numerals import find_locale
from triptych.project import UnsafePathError
from triptych.reading.syntax.inlines import DEEPEST
from triptych_import.book import Draft, ImportFailedError, ImportFinding, Metadata, SectionFile, SourceBook
from triptych_import.captions import convert_captions
from triptych_import.chunk_replacement import replace_undefined_references
from triptych_import.citations import escape_undefined_citations
from triptych_import.formats import (
    bookdown,
    docx,
    honkit,
    latex,
    markdown_file,
    markdown_folder,
    mdbook,
    quarto,
)
from triptych_import.formulas import report_formula_colours
from triptych_import.images import extract_images, remove_badges
from triptych_import.links import resolve_links
from triptych_import.manual_numbers import remove_manual_numbers
from triptych_import.masking import HIDDEN, mask_text, scan_lines
from triptych_import.project import SlideCounter, format_manifest, format_section, repair_project
from triptych_import.source import SourceFiles

NOTES_FILE = "import-notes.txt"
_VALUE = re.compile(r'"[^"]*"|`[^`\n]+`|(?<!\w)@[\w:.-]+')  # ignored when findings are grouped

# Names of people
_AND = re.compile(r"\s+(?:and|und|y|et|e|en|og|och)\s+|\s*&\s*|\s*[、，]\s*")
# "A, MD" and "B, Jr." are one person each, and so is "Lovelace, Ada".
_SUFFIX = re.compile(r"(?:Jr|Sr|Ph\.? ?D|M\.?D|MSc|MBA|Inc|Ltd|LLC|GmbH|e\.V|II|III|IV)\.?", re.IGNORECASE)

# The language of a text
_NO_WORDS = re.compile(r"\$\$.*?\$\$|\$[^$\n]*\$|<[^<>]*>|\]\([^()\n]*\)|https?://\S*", re.DOTALL)
_LETTER = re.compile(r"[^\W\d_]")
_HAN = re.compile("[\u3400-\u9fff]")
_KANA = re.compile("[\u3041-\u30ff]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
# Frequent characters that differ between simplified and traditional Chinese.
_SIMPLIFIED = re.compile("[这个们来说时会对学国过还发经现实应该与为从关数据类问题种]")
_TRADITIONAL = re.compile("[這個們來說時會對學國過還發經現實應該與為從關數據類問題種]")
_MIN_LETTERS = 200
_SAMPLE_SIZE, _SAMPLES = 2000, 12  # characters per sample, and samples per book
_TAGS = {"no": "nb", "zh": "zh-Hans"}


@dataclass(frozen=True, slots=True)
class Importer:
    """A source format: its name, the file that identifies it, and the functions that detect and read it."""

    name: str
    source_description: str
    can_read: Callable[[Path], bool]
    read_book: Callable[[Path], SourceBook]


# A source is read by the first importer that recognises it.
IMPORTERS = tuple(
    Importer(name, module.SOURCE_DESCRIPTION, module.can_read, module.read_book)
    for name, module in (
        ("Word", docx), ("LaTeX", latex), ("mdBook", mdbook), ("Quarto", quarto), ("bookdown", bookdown),
        ("HonKit", honkit), ("Markdown", markdown_folder), ("Markdown", markdown_file),
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ImportResult:
    """The result of an import: source format, project files by path, number of chapters, and findings."""

    format_name: str
    files: Mapping[str, bytes]
    section_count: int
    findings: tuple[ImportFinding, ...]


def import_book(path: Path, count_slides: SlideCounter | None = None) -> ImportResult:
    """Read a source, and return the files of a Triptych project without writing them.

    ``count_slides`` estimates the number of slides of a book, so that the manifest can limit the slides of a
    long deck. Raise ``ImportFailedError`` if the source contains no readable book or exceeds a limit.
    """
    importer = _find_importer(path)
    nested = (
        _find_nested_book(path)
        if importer is None or importer.read_book is markdown_folder.read_book
        else None
    )
    if nested is not None:
        path, importer = nested
    if importer is None:
        descriptions = "; ".join(known_importer.source_description for known_importer in list_importers())
        hint = f"give the path to one of the supported inputs: {descriptions}"
        raise ImportFailedError("IMP001", Span(path=_get_source_name(path)), "no importable book found", hint)
    book = importer.read_book(path)
    if nested is not None:
        message = f'the folder "{path.name}" is a {importer.name} book'
        book = book.with_findings(
            [ImportFinding(path=".", message=message, action="only this folder was imported")]
        )
    if all(section.is_included for section in book.sections):
        raise _make_no_chapters_error(importer.name, path, book)
    source = SourceFiles(path if path.is_dir() else path.parent)
    if path.is_dir():
        book = book.with_findings(source.report_ignored_paths())
    book = convert_captions(extract_images(remove_badges(book)))
    files = book.files
    book = detect_language(
        escape_undefined_citations(book, lambda name: files.get(name) or source.read_bytes(name))
    )
    book_with_links = resolve_links(book, lambda name: source.find_image_problem(name, files))
    # Links are resolved first, since this removes images and may need the manual numbers of headings.
    book = remove_manual_numbers(replace_undefined_references(book_with_links.book))
    return _build_project(importer.name, book, book_with_links.images, source, count_slides)


def import_into_folder(
    folder: Path, path: Path, count_slides: SlideCounter | None = None, *, trusted: bool = False
) -> ImportResult:
    """Import a source, and write the project to an empty or new folder.

    The returned result contains no files. Time and memory are limited; for a ``trusted`` source, the limits
    are ten times as high. Raise ``ImportFailedError`` if the source contains no readable book or exceeds a
    limit.
    """
    source = SourceFiles(path if path.is_dir() else path.parent)
    size = source.measure_text_size() if path.is_dir() else path.stat().st_size
    try:
        bounds = compute_import_limits(size).scale(TRUSTED_IMPORT_FACTOR if trusted else 1)
        factor = TRUSTED_IMPORT_FACTOR if trusted else 1
        with remove_folder_on_error(folder):
            return run_with_limits(bounds, _import_and_write, folder, path, count_slides, factor)
    except LimitExceededError as error:
        name = error.position or _get_source_name(path)
        text = source.read_text(name)
        span = Span(path=name, line=_find_longest_paragraph_line(text or ""))
        place_note = "; the longest paragraph starts here" if text else ""
        hint = "shorten the longest paragraphs, or split the file"
        hint += "" if trusted else ", or use `--limits trusted` for a large book of your own"
        raise ImportFailedError(
            "IMP003", span, f"the import was stopped: {error}{place_note}", hint
        ) from None


def write_project(result: ImportResult, destination: Path) -> None:
    """Write the files of an imported project to an empty or new folder.

    Raise ``UnsafePathError`` if a path is outside the folder.
    """
    for name, data in result.files.items():
        path = destination / name
        if ".." in path.relative_to(destination).parts:
            raise UnsafePathError(f'path "{name}" is outside the project folder')
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        except OSError as error:
            error.filename = error.filename or str(path)  # may be missing if the disk is full
            raise


def _import_and_write(
    folder: Path, path: Path, count_slides: SlideCounter | None, factor: int
) -> ImportResult:
    if docx.can_read(path):
        docx.check_table_sizes(path, factor * docx.MAX_CELLS)
    imported = import_book(path, count_slides)
    write_project(imported, folder)
    return replace(imported, files={})


def _get_source_name(path: Path) -> str:
    return "." if path.is_dir() else path.name


def _find_longest_paragraph_line(text: str) -> int:
    """Return the 1-based number of the line where the longest paragraph begins."""
    paragraphs = re.finditer(r"\S(?:(?!\n\n).)*", text, re.DOTALL)
    longest = max(paragraphs, key=lambda match: len(match.group().rstrip()), default=None)
    return text.count("\n", 0, longest.start()) + 1 if longest else 1


def _make_no_chapters_error(format_name: str, path: Path, book: SourceBook) -> ImportFailedError:
    """Return the exception for a source without chapters, with the import's first finding as the reason."""
    findings = sorted(finding.relocate(book.root) for finding in book.findings)
    first = findings[0] if findings else ImportFinding(path=_get_source_name(path), message="", action="")
    message = f"no readable chapters found in this {format_name} source" + (
        f": {first.message}" if findings else ""
    )
    hint = "add a chapter file with text, and list it in the table of contents"
    return ImportFailedError(
        "IMP001", Span(path=first.path, line=first.line, column=first.column), message, hint
    )


def list_importers() -> tuple[Importer, ...]:
    """Return all importers. Those of extensions come first, since they may recognise a special format.

    Raise ``ImportFailedError`` if one of these cannot be used.
    """
    group = ExtensionGroup.IMPORTERS
    names = list_extension_names(group)
    try:
        extension_importers = [
            require_kind(group, name, load_extension(group, name), Importer) for name in names
        ]
    except ExtensionError as error:
        raise ImportFailedError("EXT003", Span(path="."), str(error), error.hint) from None
    return (*extension_importers, *IMPORTERS)


def _find_importer(path: Path) -> Importer | None:
    return next((importer for importer in list_importers() if importer.can_read(path)), None)


def _find_nested_book(path: Path) -> tuple[Path, Importer] | None:
    """Return the subfolder with a book in a known format, and the importer for this format.

    Return None unless there is exactly one such subfolder.
    """
    books = [
        (child, nested_importer)
        for child in (sorted(path.iterdir()) if path.is_dir() else [])
        if child.is_dir()
        and child.resolve().is_relative_to(path.resolve())
        and not child.name.startswith((".", "_"))
        and (nested_importer := _find_importer(child)) is not None
        and nested_importer.read_book not in (markdown_folder.read_book, markdown_file.read_book)
    ]
    return books[0] if len(books) == 1 else None


def _build_project(
    format_name: str,
    book: SourceBook,
    images: Mapping[str, str],
    source: SourceFiles,
    count_slides: SlideCounter | None,
) -> ImportResult:
    files: dict[str, bytes] = {".gitignore": b"build/\n"}
    import_findings = book.all_findings
    sections, renamed = use_portable_names(book.sections)
    import_findings += renamed
    for section in sections:
        for piece in section.source_texts:
            book.report_current_text(piece)
            _check_nesting_depth(piece.draft, book.root)
            import_findings += report_formula_colours(piece.draft)
        files[f"source/{section.path}"] = format_section(section).encode()
    metadata = _copy_metadata_files(book, source, files, import_findings)
    files["source/book.yaml"] = format_manifest(metadata, sections).encode()
    for target, name in images.items():
        data = book.files.get(name) or source.read_bytes(name)
        if data is None:
            path = posixpath.relpath(name, book.root or ".")
            import_findings.append(
                ImportFinding(path=path, message="the file cannot be read", action="omitted")
            )
        else:
            files[f"source/{target}"] = data
    book.report_current_text(max(book.source_texts, key=lambda piece: len(piece.draft.text)))
    files, repairs = repair_project(files, count_slides)
    findings = (*sorted({finding.relocate(book.root) for finding in import_findings}), *sorted(set(repairs)))
    if findings:
        files[NOTES_FILE] = format_import_notes(format_name, findings).encode()
    return ImportResult(
        format_name, files, sum(not section.is_included for section in book.sections), findings
    )


# Names that Windows reserves for devices, and characters that it does not allow in names.
_DEVICE = re.compile(r"(?:con|prn|aux|nul|(?:com|lpt)[0-9])(?=\.|$)", re.IGNORECASE)
_NON_PORTABLE_CHARACTERS = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"|?*\\\u2028\u2029]+')


def use_portable_names(
    sections: Sequence[SectionFile],
) -> tuple[tuple[SectionFile, ...], list[ImportFinding]]:
    """Rename chapter files whose names the manifest or another system cannot use; report each of them.

    Names that differ only in case or Unicode normalisation are the same on macOS and Windows.
    """
    findings: list[ImportFinding] = []
    used = {_fold_path(section.path) for section in sections if section.is_included}
    renamed: list[SectionFile] = []
    for section in sections:
        path = section.path if section.is_included else _make_portable_path(section.path)
        stem, extension = posixpath.splitext(path)
        number = 2
        while not section.is_included and _fold_path(path) in used:
            path, number = f"{stem}-{number}{extension}", number + 1
        used.add(_fold_path(path))
        if path != section.path:
            message = "the file name is not valid on all operating systems"
            findings.append(ImportFinding(path=section.path, message=message, action=f'renamed to "{path}"'))
        renamed.append(replace(section, path=path))
    return tuple(renamed), findings


def _make_portable_path(path: str) -> str:
    folder, name = posixpath.split(path)
    stem, extension = posixpath.splitext(_NON_PORTABLE_CHARACTERS.sub("-", name))
    stem = stem.strip(" ").rstrip(".") or "chapter"
    return posixpath.join(folder, _DEVICE.sub(r"\g<0>-chapter", stem) + extension)


def _fold_path(path: str) -> str:
    return unicodedata.normalize("NFC", path).casefold()


def _check_nesting_depth(draft: Draft, root: str) -> None:
    """Raise ``ImportFailedError`` if lists or block quotes are nested more deeply than builds support.

    The path of the draft is relative to ``root``.
    """
    for line, number in zip(scan_lines(draft.text), draft.lines, strict=False):
        if line.list_depth > DEEPEST or line.quote.count(">") > DEEPEST:
            span = Span(path=posixpath.normpath(posixpath.join(root, draft.path)), line=number)
            message = f"lists or block quotes are nested more than {DEEPEST} levels deep"
            raise ImportFailedError("IMP003", span, message, "nest lists and block quotes less deeply")


def _copy_metadata_files(
    book: SourceBook, source: SourceFiles, files: dict[str, bytes], findings: list[ImportFinding]
) -> Metadata:
    """Copy the files named in the metadata to ``files``; return the metadata without unreadable files."""

    def copy_file(name: str) -> bool:
        path = posixpath.normpath(posixpath.join(book.root, name))
        outside = name.startswith(("/", ".."))
        data = None if outside else book.files.get(path) or source.read_bytes(path)
        if data is None:
            message = "the file is outside the imported folder" if outside else "the file cannot be read"
            findings.append(ImportFinding(path=name, message=message, action="omitted"))
        else:
            files[f"source/{name}"] = data
        return data is not None

    metadata = book.metadata
    return replace(
        metadata,
        authors=tuple(name for author in metadata.authors for name in split_authors(author)),
        bibliography=tuple(name for name in metadata.bibliography if copy_file(name)),
        csl=metadata.csl if metadata.csl and copy_file(metadata.csl) else "",
        cover=metadata.cover if metadata.cover and copy_file(metadata.cover) else "",
    )


def make_group_key(finding: ImportFinding) -> tuple[str, str]:
    """Return a key that is the same for findings that differ only in position and quoted values."""
    return _VALUE.sub("…", finding.message), _VALUE.sub("…", finding.action)


def format_import_notes(format_name: str, findings: Iterable[ImportFinding]) -> str:
    """Return the text of ``import-notes.txt``: the number of findings per message, then all findings."""
    groups: dict[tuple[str, str], list[ImportFinding]] = {}
    for finding in findings:
        groups.setdefault(make_group_key(finding), []).append(finding)
    ordered = [
        (
            "; ".join(key)
            if len(group_findings) > 1
            else f"{group_findings[0].message}; {group_findings[0].action}",
            group_findings,
        )
        for key, group_findings in sorted(groups.items(), key=lambda item: -len(item[1]))
    ]
    total = sum(len(group_findings) for _, group_findings in ordered)
    noun = "note" if total == 1 else "notes"
    lines = [
        f"{total} {noun} on content that was changed or omitted when this {format_name} book was imported.",
        "File names and line numbers refer to the imported source. Builds ignore this file.",
        "",
        *(f"{len(group_findings):6}  {title}" for title, group_findings in ordered),
    ]
    for title, group_findings in ordered:
        lines += [
            "",
            title,
            "",
            *(f"  {item.location}: {item.message}; {item.action}" for item in group_findings),
        ]
    return "\n".join(lines) + "\n"


def split_authors(text: str) -> tuple[str, ...]:
    """Split a list of authors such as ``A, B and C`` into names, but keep ``Surname, Name`` as one name."""
    text = " ".join(text.split())
    if re.search("[;；]", text):  # semicolons separate people, so commas are part of names
        return tuple(name.strip() for name in re.split("[;；]", text) if name.strip())
    parts = [part.strip(" ,") for part in _AND.split(text)]
    out: list[str] = []
    for part in parts:
        names: list[str] = []
        for name in map(str.strip, part.split(",")):
            if names and _SUFFIX.fullmatch(name):
                names[-1] += f", {name}"
            else:
                names.append(name)
        # Commas separate people, or surname and first name.
        are_people = len(names) > 2 or (
            len(names) == 2 and (len(parts) > 1 or all(" " in name.partition(",")[0] for name in names))
        )
        out += names if are_people else [part]
    return tuple(name for name in out if name)


def detect_language(book: SourceBook) -> SourceBook:
    """Detect the language of a book without a declared one, or with English, a common default."""
    declared_language = book.metadata.language
    base = declared_language.partition("-")[0]
    if declared_language and base != "en":
        return book
    tag = guess_language(piece.draft.text for piece in book.source_texts)
    path = book.sections[0].source_texts[0].path
    message = "the book does not state its language"
    if not tag and not declared_language and not is_installed("import"):
        action = f"not detected; run `{get_install_command('import')}` and import again to detect it"
        return book.with_findings([ImportFinding(path=path, message=message, action=action)])
    if not tag or tag == base:
        return book
    locale = find_locale(tag)
    if locale is None:
        return book  # languages that are missing from CLDR have no hyphenation, fonts and voices either
    name = load_english_names().get(locale.language, tag)
    if declared_language:
        message = f'the language is set to "{declared_language}", but the text is in {name}'
    finding = ImportFinding(path=path, message=message, action=f'set to {name} ("{tag}")')
    return replace(book, metadata=replace(book.metadata, language=tag)).with_findings([finding])


def guess_language(texts: Iterable[str]) -> str:
    """Return the BCP 47 tag of the language of Markdown texts, or "" if it is uncertain."""
    prose = "".join(_NO_WORDS.sub("", mask_text(text)).replace(HIDDEN, "") for text in texts)
    letters, han, kana, hangul = (len(pattern.findall(prose)) for pattern in (_LETTER, _HAN, _KANA, _HANGUL))
    if letters < _MIN_LETTERS:
        return ""
    # A Latin word has about five letters, a Han word two.
    if 2 * (han + kana + hangul) < letters - han - kana - hangul:
        return _guess_language_by_words(prose)
    if hangul > han + kana:
        return "ko"
    if kana * 5 > han:
        return "ja"
    return "zh-Hant" if len(_TRADITIONAL.findall(prose)) > len(_SIMPLIFIED.findall(prose)) else "zh-Hans"


def _guess_language_by_words(prose: str) -> str:
    """Return the language of at least two thirds of a text's samples, or "" if there is none."""
    if not is_installed("import"):
        return ""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    step = max(len(prose) // _SAMPLES, _SAMPLE_SIZE)
    samples = [" ".join(prose[start : start + _SAMPLE_SIZE].split()) for start in range(0, len(prose), step)]
    samples = [sample for sample in samples if len(sample) >= _MIN_LETTERS // 2]
    if not samples:
        return ""
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    tag, count = Counter(str(identifier.classify(sample)[0]) for sample in samples).most_common(1)[0]
    return _TAGS.get(tag, tag) if 3 * count >= 2 * len(samples) else ""
