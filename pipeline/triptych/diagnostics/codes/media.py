"""Images, diagrams, fonts and formulas."""

from __future__ import annotations

from triptych.diagnostics.code import ERROR, WARNING, Code

CODES = {
    "IMG001": Code(
        severity=ERROR,
        summary="image file not found",
        explanation=(
            "No file with this name exists, neither relative to the section nor relative to the folder that "
            "contains `book.yaml`. Upper and lower case matter, also on systems that ignore them, so that "
            "the project builds everywhere. The same applies to covers and other images that "
            "`book.yaml` names."
        ),
        bad="""\
![A dot](dto.png)
""",
        good="""\
![A dot](dot.png)
""",
    ),
    "IMG002": Code(
        severity=ERROR,
        summary="image path is a web address, not a file in the project",
        explanation=(
            "Builds do not use the network: the same source must give the same book tomorrow, when the "
            "address may be gone. Download the image, check that you may publish it, save it in the "
            "project and refer to that file."
        ),
        bad="""\
![A dot](https://example.org/dot.png)
""",
        good="""\
![A dot](dot.png)
""",
    ),
    "IMG003": Code(
        severity=ERROR,
        summary="image file is unsupported, damaged or too large",
        explanation=(
            "The supported formats are PNG, JPEG, GIF, WebP, SVG and PDF, recognised by content and not "
            "by file name. A damaged or encrypted file cannot be opened. Images that expand to more "
            "pixels or shapes than the limits of the project allow are refused, since a small file can "
            "take all memory of the machine; the limits are under `limits:` in `book.yaml`."
        ),
        bad="""\
![A dot](dot.bmp)
""",
        good="""\
![A dot](dot.png)
""",
    ),
    "IMG004": Code(
        severity=WARNING,
        summary="image resolution is too low for print",
        explanation=(
            "At the width that the text sets, the image has fewer than 110 pixels per inch in the PDF and "
            "looks blurred or jagged on paper. Print usually needs 200 to 300 ppi. Use a larger image, or "
            "a smaller width. Only images with a width, height or full-width class are checked; icons up "
            "to an inch wide and plain fields of colour are not."
        ),
        bad="""\
![The harbour at dawn](harbour-small.jpg){width=100%}
""",
        good="""\
![The harbour at dawn](harbour.jpg){width=100%}
""",
    ),
    "IMG005": Code(
        severity=WARNING,
        summary="image in the EPUB exceeds the size limit of some retailers",
        explanation=(
            "An image takes up more than 5 MB in the EPUB, after it was scaled for e-readers. Several "
            "retailers reject such files, and they open slowly on e-readers. Large photographs in PNG "
            "format and SVG drawings with very many shapes are the usual causes."
        ),
        bad="""\
![The valley from the air](valley.png)
""",
        good="""\
![The valley from the air](valley.jpg)
""",
    ),
    "IMG006": Code(
        severity=WARNING,
        summary="cover image is smaller than retailers require",
        explanation=(
            "The cover has fewer than 640 pixels on one of its sides. Retailers reject such a cover, or "
            "show it blurred. A cover of 1600 × 2560 pixels suits all of them. Covers in SVG or PDF are "
            "not checked, since they are drawn at any size."
        ),
        bad="""\
book:
  title: A book
  cover-image: cover-400x600.png
""",
        good="""\
book:
  title: A book
  cover-image: cover-1600x2560.png
""",
    ),
    "IMG007": Code(
        severity=ERROR,
        summary="template refers to an image that does not exist",
        explanation=(
            "A template of the project refers to an image that does not exist, neither next to the "
            "template nor in `source/`. The page would have an empty box in its place. Only paths that "
            "are written out are checked, not those that the template computes."
        ),
        bad="""\
<img alt="Ours" src="images/logo.png"/>
""",
        good="""\
<img alt="Ours" src="logo.png"/>
""",
    ),
    "IMG008": Code(
        severity=WARNING,
        summary="SVG image contains text in fonts other than the book's",
        explanation=(
            "Text in SVG images is converted to outlines in the fonts of the theme, so that it looks the "
            "same in e-readers and in PowerPoint. This is not possible for text on a path, text with its "
            "own spacing or stroke, right-to-left text and a few other cases; such text is shown in a "
            "font of the device, and may have another width. Convert the text to paths in the drawing "
            "program. The PDF is not affected."
        ),
        bad="""\
<text><textPath href="#p">Round</textPath></text>
""",
        good="""\
<text x="20" y="50">Round</text>
""",
    ),
    "DIA001": Code(
        severity=WARNING,
        summary="diagram cannot be rendered; its source is shown as code",
        explanation=(
            "The source of the diagram is valid or could not be checked, but the program that draws it "
            "failed, took too long, or is not installed. All outputs show the source as a code block "
            "instead. Install the program, or simplify the diagram; a very large one is better split, "
            "since its labels would be too small to read."
        ),
        bad="""\
  a199-->a200
  a200-->a201
""",
        good="""\
  a199-->a200
```

```{.mermaid fig-cap="The second half"}
flowchart LR
  a200-->a201
""",
    ),
    "DIA002": Code(
        severity=ERROR,
        summary="diagram has a syntax error",
        explanation=(
            "Mermaid or Graphviz cannot parse the source of the diagram. The message is that of the "
            "program, and the line is the one where parsing stopped, so the mistake may be just before "
            "it. Brackets and quotation marks that are not closed are the usual causes."
        ),
        bad="""\
flowchart LR
  a --> b
  a[Start --> c
""",
        good="""\
flowchart LR
  a --> b
  a[Start] --> c
""",
    ),
    "DIA003": Code(
        severity=WARNING,
        summary="rendered diagram may not look as intended",
        explanation=(
            "Graphviz drew the diagram but changed or ignored part of it, for example an unknown shape or "
            "attribute. Readers see a diagram that differs from the source. The finding also appears for "
            "a diagram of class `narrow` that does not follow the diagram which it replaces on small "
            "screens."
        ),
        bad="""\
digraph { a [shape=sqare] }
""",
        good="""\
digraph { a [shape=square] }
""",
    ),
    "FNT001": Code(
        severity=WARNING,
        summary="no bundled font has this character",
        explanation=(
            "The PDF is set only in the fonts of Triptych and of the project, so that it looks the same "
            "everywhere. A character that none of them has appears as “�”. The EPUB and the deck use a "
            "font of the reader's device, which may not have the character either. Add a font with the "
            "character to the theme, transcribe the word, or insert it as an image."
        ),
        bad="""\
In Chinese it is 你好, friends add 👋, and in Javanese it is &#xA9B1;&#xA9B8;&#xA992;&#xA9BC;&#xA981;.
""",
        good="""\
In Chinese it is 你好, friends add 👋, and in Javanese it is *sugeng*.
""",
    ),
    "FNT002": Code(
        severity=ERROR,
        summary="font file is missing or cannot be used",
        explanation=(
            "A font under `fonts:` in the theme was not found, is damaged, is a web font or a collection, "
            "has another family name than the theme says, or does not permit embedding. Outputs embed "
            "their fonts, so each file must be an OTF or TTF font with a licence for embedding. The build "
            "stops until the fonts are correct."
        ),
        bad="""\
families: {serif: Brand}
fonts:
  - {family: Brand, file: fonts/Brand.ttf}
""",
        good="""\
families: {serif: Brand}
fonts:
  - {family: Brand, file: fonts/Brand-Regular.ttf}
""",
    ),
    "FNT003": Code(
        severity=WARNING,
        summary="font family is missing a regular, bold or italic face",
        explanation=(
            "The theme sets text in a family of the project, and no file under `fonts:` has one of the "
            "styles that the book needs. The closest face is used instead, so emphasis may not be "
            "visible. Add the files of the missing faces. Italics are not required if the theme sets "
            "`print: italics: false`."
        ),
        bad="""\
fonts:
  - {family: Brand, file: fonts/Brand-Regular.ttf}
""",
        good="""\
fonts:
  - {family: Brand, file: fonts/Brand-Regular.ttf}
  - {family: Brand, file: fonts/Brand-Italic.ttf}
  - {family: Brand, file: fonts/Brand-Bold.ttf}
  - {family: Brand, file: fonts/Brand-BoldItalic.ttf}
""",
    ),
    "FNT004": Code(
        severity=WARNING,
        summary="font is not embedded in the deck",
        explanation=(
            "PowerPoint can edit a deck only with fonts whose licence permits editable embedding, and "
            "displays only embedded fonts with TrueType outlines. Where the font is not installed, "
            "PowerPoint replaces it, and lines may break differently. Use a TrueType file with such a "
            "licence, install the font on the machine that shows the deck, or set `embed-fonts: none` "
            "under `pptx:`."
        ),
        bad="""\
fonts:
  - {family: Brand, file: fonts/Brand-Regular.otf}
""",
        good="""\
fonts:
  - {family: Brand, file: fonts/Brand-Regular.ttf}
""",
    ),
    "MTH001": Code(
        severity=ERROR,
        rule="formula",
        summary="formula has a syntax error or unknown macro",
        explanation=(
            "The formula cannot be parsed, so it can be neither drawn nor read aloud. Formulas are "
            "written in LaTeX math; braces and environments must be closed, and macros that are not part "
            "of LaTeX or AMS must be defined with `\\newcommand`. Set `math: keep` in `book.yaml` to "
            "print the TeX source of such formulas with a warning instead."
        ),
        bad="""\
$x \\in \\R$
""",
        good="""\
$x \\in \\mathbb{R}$
""",
    ),
    "MTH002": Code(
        severity=WARNING,
        summary="formula cannot be rendered",
        explanation=(
            "The formula was parsed, but the typesetter of the PDF or the deck rejected it. The TeX "
            "source appears instead; the EPUB has the formula as MathML. This is rare; very deep "
            "nesting is the most likely cause. Simplify the formula, or split it into several formulas."
        ),
        bad=r"""$$ a = \cfrac{1}{1 + \cfrac{1}{2 + \cfrac{1}{3 + \cfrac{1}{4 + \cfrac{1}{5 + x}}}}} $$
""",
        good=r"""$$ a = \cfrac{1}{1 + \cfrac{1}{2 + r}}, \qquad r = \cfrac{1}{3 + \cfrac{1}{4 + \cdots}} $$
""",
    ),
    "MTH003": Code(
        severity=WARNING,
        rule="wide-formula",
        summary="formula is wider than the line and was scaled down",
        explanation=(
            "A formula in a line of text or a table cell of the PDF is wider than the line and cannot be "
            "broken, so it was reduced to less than three quarters of its size. Indices in it become hard "
            "to read. Write it as a display formula, break it with `aligned` or `multline`, or give the "
            "table a landscape page. Ignore the warning if the formula is still legible."
        ),
        bad=r"""| Method | Error |
|---|---|
| Simpson | $\left|\frac{b-a}{180} h^4 \max_{a \le x \le b} f^{(4)}(x)\right|$ |
""",
        good=r"""| Method | Error |
|---|---|
| Simpson | $O(h^4)$ |
""",
    ),
    "MTH004": Code(
        severity=ERROR,
        summary="display formula is wider than the text area",
        explanation=(
            "A display formula in the PDF was broken and reduced to 80% of its size where possible, "
            "and is still wider than the text. Part of it would run into the margin or off the page. "
            "Break it by hand with `aligned` or `multline`."
        ),
        bad=r"""$$ f(x) = \left( a_1 x + a_2 x^2 + a_3 x^3 + a_4 x^4 + a_5 x^5 + a_6 x^6 + a_7 x^7 \right) $$
""",
        good=r"""$$
\begin{multline}
f(x) = a_1 x + a_2 x^2 + a_3 x^3 + a_4 x^4 + a_5 x^5 \\
+ a_6 x^6 + a_7 x^7
\end{multline}
$$
""",
    ),
}
