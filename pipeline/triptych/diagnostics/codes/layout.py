"""Page layout and files for printing services."""

from __future__ import annotations

from triptych.diagnostics.code import ERROR, NOTE, WARNING, Code

CODES = {
    "PDF001": Code(
        severity=ERROR,
        summary="PDF layout is incomplete",
        explanation=(
            "The layout engine, WeasyPrint, reported an error while it set a page, such as an image or a "
            "font that it cannot load. The message is WeasyPrint's own. A common cause is a template of "
            "the project that refers to a file outside the project. The PDF would have a gap or a "
            "substituted font at that place, so the build stops."
        ),
        bad='<img src="https://example.org/seal.png" alt="Seal"/>',
        good='<img src="images/seal.png" alt="Seal"/>',
    ),
    "PDF002": Code(
        severity=WARNING,
        summary="page references did not converge",
        explanation=(
            "A page number in the text, the contents or the index can move its own target to another "
            "page, which changes the number again. After several rounds the numbers still changed, so "
            "some of them may be off by one page. Add or remove a few words near one of these references, "
            "then build again."
        ),
        bad="See page [@sec-results].",
        good="For the details, see page [@sec-results].",
    ),
    "PDF003": Code(
        severity=ERROR,
        summary="layout engine failed on a section",
        explanation=(
            "WeasyPrint could not set the block at this place: the content is nested too deeply, needs "
            "too much memory or time, or triggers an error in the engine. The PDF cannot be created "
            "without it. Simplify the block, split it, or move parts of it to another section. Report it "
            "as a bug if the block looks harmless."
        ),
        bad=("- 1\n  - 2\n    - 3\n      - 4 (and 200 more levels)"),
        good=("1. 1\n2. 2\n3. 3\n4. 4 (and 200 more items)"),
    ),
    "PDF004": Code(
        severity=WARNING,
        summary="table is too wide for the page",
        explanation=(
            "The table does not fit the text width even at the smallest font size that the theme allows, "
            "so it was set in smaller type. The message says by how many points. Small type is hard to "
            "read, above all in print. Use fewer columns, shorten the longest words, or put the table on "
            "a landscape page."
        ),
        bad=("::: {#tbl-years}\n| 2001 | 2002 | 2003 | (and 27 more years) |\n:::"),
        good=("::: {#tbl-years .landscape}\n| 2001 | 2002 | 2003 | (and 27 more years) |\n:::"),
    ),
    "PRS001": Code(
        severity=ERROR,
        summary="book does not meet the requirements of the printing service",
        explanation=(
            "The printing service does not accept the page count, the trim size or the margins of the "
            "book. The limits are those that the service publishes for the paper that is set. It would "
            "reject the file on upload, so the build stops."
        ),
        bad=("format:\n  pdf:\n    print-service: kdp\n    page-size: 6x9\n    margins: {top: 5mm}"),
        good=("format:\n  pdf:\n    print-service: kdp\n    page-size: 6x9\n    margins: {top: 12mm}"),
    ),
    "PRS002": Code(
        severity=ERROR,
        summary="page contains transparency, which PDF/X-1a does not allow",
        explanation=(
            "PDF/X-1a files must be fully opaque, because old presses cannot process transparency. "
            "Pictures and drawings are flattened automatically; this transparency comes from the theme or "
            "a template, such as `opacity` in a style sheet. Printers that accept PDF/X-4 also accept "
            "transparency."
        ),
        bad=("format:\n  pdf:\n    pdf-standard: pdf/x-1a"),
        good=("format:\n  pdf:\n    pdf-standard: pdf/x-4"),
    ),
    "PRS003": Code(
        severity=ERROR,
        summary="spine width of the cover is unknown",
        explanation=(
            "A cover in one piece has a back, a spine and a front, and the spine is as wide as the book "
            "is thick. The width follows from the page count and the paper, or is set directly. Without "
            "it the cover cannot be laid out. Printers give the thickness of a leaf or a calculator for "
            "the spine width."
        ),
        bad=("format:\n  pdf:\n    cover: separate"),
        good=("format:\n  pdf:\n    cover: separate\n    paper: 0.1mm"),
    ),
    "PRS004": Code(
        severity=NOTE,
        summary="spine is too narrow for text",
        explanation=(
            "The spine of a thin book has no room for a title and an author: the trimming tolerance would "
            "move the text onto the front or the back. The spine was left blank. Printing services have a "
            "minimum page count for text on the spine. Nothing needs to be done unless the book will get "
            "more pages or thicker paper."
        ),
        bad=("format:\n  pdf:\n    cover: separate\n    spine-width: 3mm"),
        good=("format:\n  pdf:\n    cover: separate\n    spine-width: 9mm"),
    ),
    "PRS005": Code(
        severity=WARNING,
        summary="text on the cover does not fit",
        explanation=(
            "The text on the back cover or on the spine is too long, although the type size was reduced "
            "as far as possible. Part of the text may be cut off, or overlap the barcode. Shorten the "
            "`blurb` for the back cover, or the title and the names for the spine."
        ),
        bad=("book:\n  blurb: |\n    Eight hundred words about the book."),
        good=("book:\n  blurb: |\n    Two hundred words about the book."),
    ),
    "PRS010": Code(
        severity=WARNING,
        summary="trim size, page boxes or bleed do not meet print requirements",
        explanation=(
            "A finished PDF is checked as a printer does. A page has a size that the printing service "
            "does not offer, its page boxes are not nested, a picture that touches the edge has no bleed, "
            "or a bound book has an odd page count. Paper is trimmed with a tolerance, so a picture "
            "without bleed can leave a white line at the edge."
        ),
        bad=("format:\n  pdf:\n    page-size: a5\n    colour: cmyk\n    pdf-standard: pdf/x-4"),
        good=(
            "format:\n  pdf:\n    page-size: a5\n    colour: cmyk\n    pdf-standard: pdf/x-4\n    bleed: 3mm"
        ),
    ),
    "PRS011": Code(
        severity=WARNING,
        summary="text is too close to the trim edge",
        explanation=(
            "Paper is trimmed with a tolerance of a few millimetres, so text near the edge can be cut "
            "off. The limit is the one of the printing service, or 3 mm. Set larger margins, or move the "
            "text in a template. The edge at the spine is not checked."
        ),
        bad=("format:\n  pdf:\n    page-size: a5\n    margins: {outer: 5mm}"),
        good=("format:\n  pdf:\n    page-size: a5\n    margins: {outer: 15mm}"),
    ),
    "PRS012": Code(
        severity=WARNING,
        summary="content uses a colour space that the press cannot print",
        explanation=(
            "A press prints cyan, magenta, yellow and black. Content in RGB or in a spot colour is "
            "converted at the printer, and its colours may change. The finding is also reported for a PDF "
            "that was made for screens, and for transparency in a PDF/X-1a file. Set `colour: cmyk` or "
            "`colour: grey`, and convert imported pages."
        ),
        bad=("format:\n  pdf:\n    page-size: a5"),
        good=("format:\n  pdf:\n    page-size: a5\n    colour: cmyk\n    pdf-standard: pdf/x-4"),
    ),
    "PRS013": Code(
        severity=WARNING,
        summary="total ink coverage exceeds the limit for the paper",
        explanation=(
            "The shares of the four inks at one place add up to more than the paper can hold. The limit "
            "is that of the printing service, or 300% on coated and 260% on uncoated paper. Too much "
            "ink dries slowly and comes off on the opposite page. Builds convert colours and pictures to "
            "stay below the limit, so the file was probably built for another paper, or edited later. "
            "Rebuild it."
        ),
        bad=("# after `stock` or `print-service` was changed\ntriptych check --preflight"),
        good=("triptych build\ntriptych check --preflight"),
    ),
    "PRS014": Code(
        severity=WARNING,
        summary="image resolution is too low for print",
        explanation=(
            "At its size on the page, the image has fewer than 200 pixels per inch; 300 ppi are "
            "recommended. It will look blurred or blocky in print. Use an image with more pixels, or show "
            "it smaller. Screenshots may be acceptable at a lower resolution."
        ),
        bad="![The harbour](harbour-800px.jpg){width=100%}",
        good="![The harbour](harbour-800px.jpg){width=40%}",
    ),
    "PRS015": Code(
        severity=WARNING,
        summary="stroke is too thin for print",
        explanation=(
            "A line or a thin area is less than 0.25 pt thick. A press can break such hairlines or drop "
            "them. Draw the line thicker in the picture, or set a thicker rule in the theme."
        ),
        bad='<path d="M0 10H90" stroke="#000" stroke-width="0.1"/>',
        good='<path d="M0 10H90" stroke="#000" stroke-width="0.5"/>',
    ),
    "PRS016": Code(
        severity=WARNING,
        summary="light text on a dark background is too small",
        explanation=(
            "Ink spreads a little on paper, so the thin strokes of small light letters on a dark "
            "background fill up. The text is smaller than 7 pt. Use larger or bolder type, or dark text "
            "on a light background."
        ),
        bad=(
            '<rect width="90" height="20" fill="#102030"/>\n'
            '<text x="5" y="12" font-size="5" fill="#fff">Source: port authority</text>'
        ),
        good=(
            '<rect width="90" height="20" fill="#102030"/>\n'
            '<text x="5" y="12" font-size="8" fill="#fff">Source: port authority</text>'
        ),
    ),
    "PRS017": Code(
        severity=WARNING,
        summary="small black text uses several inks",
        explanation=(
            "Black text below 24 pt uses black and other inks (rich black). The inks never align exactly, "
            "so small letters get coloured edges. Grey and black text is printed in black ink alone, but "
            "a very dark blue or brown is not grey. Set a neutral dark colour in the theme, or `colour: "
            "grey`."
        ),
        bad=("color:\n  foreground: '#0c2030'"),
        good=("color:\n  foreground: '#1a1a1a'"),
    ),
}
