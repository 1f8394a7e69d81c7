-- One pandoc process for a whole book: each text is read in a scope of its own, TeX becomes MathML and
-- Office Math, and one line of JSON a text comes out: "ok\t<pandoc AST>" or "error\t<message>".
-- What pandoc remarks of a text is in its metadata, as pandoc's own JSON.
-- usage: pandoc lua driver.lua JOB.json     (a job is {"texts": [{"text": …, "format": …}, …]})

local job = pandoc.json.decode(io.open(arg[1], "rb"):read("a"), false)
local mathml_options = pandoc.WriterOptions { html_math_method = "mathml" }
local translations = {}

-- Environments of displayed formulas, which LaTeX knows without dollar signs.
local environments = pandoc.List {
  "equation", "align", "gather", "multline", "eqnarray", "flalign", "alignat", "displaymath", "dmath",
}

-- Pandoc keeps such an environment as raw TeX. Its TeX is a displayed formula like any other.
local function read_environment(raw)
  if raw.format ~= "tex" and raw.format ~= "latex" then return nil end
  local name, star, body = raw.text:match("^%s*\\begin%s*{(%a+)(%*?)}(.*)\\end%s*{%1%2}%s*$")
  if not name or not environments:includes(name) then return nil end
  local whole = (name == "displaymath" or name == "dmath") and body or raw.text
  local formula = pandoc.Math("DisplayMath", whole)
  return raw.t == "RawBlock" and pandoc.Para { formula } or formula
end

-- Dollar signs around nothing are nothing, and a reference in them is a reference.
local function read_reference(math)
  if not math.text:match("%S") then return {} end
  local whole = math.text:match("^%s*(\\%a*ref%s*%b{})%s*$")
  if whole then return pandoc.RawInline("tex", whole) end
end

local function in_words(tex)
  return (pandoc.write(pandoc.read(tex, "latex", {}, {}), "plain"):gsub("%s+", " "):match("^ *(.-) *$"))
end

-- What stands in a formula and is about its number is no part of it: → the formula's TeX without that,
-- its labels and its tags.
local function take_numbering(tex)
  local labels, tags = {}, {}
  tex = tex:gsub("\\label%s*(%b{})", function(name)
    table.insert(labels, (name:sub(2, -2):gsub("%s+", "-")))
    return ""
  end)
  tex = tex:gsub("\\tag(%*?)%s+(%w)", "\\tag%1{%2}"):gsub("\\tag(%*?)%s*(%b{})", function(star, text)
    table.insert(tags, star == "" and "(" .. in_words(text:sub(2, -2)) .. ")" or in_words(text:sub(2, -2)))
    return ""
  end)
  tex = tex:gsub("\\nonumber%f[%A]", ""):gsub("\\notag%f[%A]", "")
  return tex, table.concat(labels, " "), table.concat(tags, " ")
end

-- What LaTeX has and pandoc lacks, in words that both have: a comma without space, the colon of functions,
-- fractions and binomials of a size of their own, a few spaces and signs. Pandoc would make the letters of
-- \mathbf italic: another alphabet stands for them on the way.
local spellings = {
  { "\\mathbf%f[%A]", "\\mathbfsfup" },
  { "\\colon%f[%A]", "\\mathord{:}\\," },
  { "\\[dt]binom%f[%A]", "\\binom" },
  { "\\cfrac%f[%A]", "\\dfrac" },
  { "\\thinspace%f[%A]", "\\," },
  { "\\negthinspace%f[%A]", "\\!" },
  { "\\enspace%f[%A]", "\\hspace{0.5em}" },
  { "\\newline%f[%A]", "\\\\" },
  { "\\degree%f[%A]", "^{\\circ}" },
  { "\\textcolor%s*%b[]%s*%b{}", "" },
  { "\\textcolor%s*%b{}", "" },
  { "\\color%s*%b[]%s*%b{}", "" },
  { "\\fcolorbox%s*%b{}%s*%b{}", "\\text" },
  { "\\colorbox%s*%b{}", "\\text" },
  { "\\bbox%s*%b[]", "" },
  { "\\hbox%f[%A]", "\\mbox" },
  { "\\[vh]phantom%s*%b{}", "" },
  { "\\smash%f[%A]", "" },
  { "([^\\])\\\\%s*$", "%1" },
}

-- Faces as plain TeX switches them on, up to the end of a group.
local faces = { rm = "rm", bf = "bfsfup", it = "it", tt = "tt", sf = "sf", sl = "it", cal = "cal" }
local text_faces = { rm = "\\textrm", bf = "\\textbf", it = "\\textit", tt = "\\texttt", sf = "\\textsf", sl = "\\textit" }
local deepest, longest = 50, 4000  -- braces that nothing closes cost as much as the square of their number

-- Lines of a sum's limits, which TeX takes from \substack only: _{a \\ b}.
local function with_lines(group)
  local lines = group:sub(2, -2)
  if not lines:find("\\\\") or lines:find("\\begin") or lines:find("\\substack") then return nil end
  return "{\\substack{" .. lines .. "}}"
end

-- Text in the face that plain TeX switches to: \text{\bf a}. Pandoc knows no switch in the middle of it.
local function with_text_face(command, group)
  local text = group:sub(2, -2)
  for name, face in pairs(text_faces) do
    local rest = text:match("^%s*\\" .. name .. "%f[%A]%s*(.*)$")
    if rest then return face .. "{" .. rest .. "}" end
    text = text:gsub("{\\" .. name .. "%f[%A]%s*", "{")
  end
  return command .. "{" .. text .. "}"
end

-- What plain TeX says in the middle of a group, as commands with arguments: {a \over b}, {\rm a}.
local function with_arguments(tex, depth)
  if depth > deepest then return tex end
  tex = tex:gsub("%b{}", function(group) return "{" .. with_arguments(group:sub(2, -2), depth + 1) .. "}" end)
  local above, below = tex:match("^(.-)%f[\\]\\over%f[%A](.*)$")
  if above then return "\\frac{" .. above .. "}{" .. below .. "}" end
  local place, command, stop = #tex + 1, nil, nil
  for name, face in pairs(faces) do
    local first, last = tex:find("%f[\\]\\" .. name .. "%f[%A]%s*")
    if first and first < place then place, stop, command = first, last, "\\math" .. face end
  end
  if not command then return tex end
  return tex:sub(1, place - 1) .. command .. "{" .. with_arguments(tex:sub(stop + 1), depth + 1) .. "}"
end

local function spelled(tex)
  for _, pair in ipairs(spellings) do tex = tex:gsub(pair[1], pair[2]) end
  tex = tex:gsub("(\\?%a*){,}", function(before)  -- in \text{,} it is text
    return before:sub(1, 1) ~= "\\" and before .. "\\mathord{,}" or nil
  end)
  if #tex > longest then return tex end
  tex = tex:gsub("([_^]%s*)(%b{})", function(mark, group)
    local limits = with_lines(group)
    return limits and mark .. limits
  end)
  tex = tex:gsub("(\\text%a*)%s*(%b{})", with_text_face):gsub("(\\mbox)%s*(%b{})", with_text_face)
  return with_arguments(tex, 0)
end

-- A formula in a line that is to look like a displayed one says so.
local function to_mathml(kind, tex)
  local shown = kind == "InlineMath" and tex:match("^%s*\\displaystyle%f[%A]")
  local document = pandoc.Pandoc { pandoc.Plain { pandoc.Math(shown and "DisplayMath" or kind, tex) } }
  local mathml = pandoc.write(document, "html5", mathml_options):match("<math.*</math>")
  if not mathml then return nil end
  if shown then mathml = mathml:gsub('display="block"', 'display="inline" displaystyle="true"', 1) end
  return (mathml:gsub("\\mathbfsfup", "\\mathbf"))
end

-- A formula's MathML, "" where TeX was not understood, and its TeX as pandoc could read it: without its
-- comments, its text in a plain face, or its lines lined up, which authors leave to a preview.
local function understood(kind, tex)
  tex = spelled(tex)
  local plain = tex:gsub("([^\\])%%[^\n]*", "%1"):gsub("\\text%a%a?(%f[{])", "\\text%1")
  local tries = { tex, plain }
  if kind == "DisplayMath" then table.insert(tries, "\\begin{aligned}" .. plain .. "\\end{aligned}") end
  for _, try in ipairs(tries) do
    local mathml = to_mathml(kind, try)
    if mathml then return mathml, try end
  end
  return "", tex
end

-- What pandoc did not expect in a formula that it cannot read: all commands that it does not know, each with
-- its backslash, or the first other thing, such as "eof".
local function unexpected(kind, tex)
  local commands = pandoc.List()
  while #commands < 8 do
    local what
    for _, message in ipairs(pandoc.log.silence(to_mathml, kind, tex)) do
      what = what or (message.message or ""):match("unexpected ([^\n]+)")
    end
    local command = what and what:match("^control sequence (\\%a+)$")
    if not command then return #commands > 0 and table.concat(commands, " ") or what or "" end
    commands:insert(command)
    tex = tex:gsub(command .. "%f[%A]", "{}")
  end
  return table.concat(commands, " ")
end

-- Office Math for formulas, all in one document, since a document costs far more than a formula. It is
-- "" where TeX was not understood.
local function native_maths(formulas)
  local paragraphs = formulas:map(function(formula) return pandoc.Para { formula } end)
  local document
  for _, entry in ipairs(pandoc.zip.Archive(pandoc.write(pandoc.Pandoc(paragraphs), "docx")).entries) do
    if entry.path == "word/document.xml" then document = entry:contents() end
  end
  local found = pandoc.List()
  for paragraph in document:gmatch("<w:p>(.-)</w:p>") do
    local native = paragraph:match("<m:oMath>.*</m:oMath>") or ""
    found:insert((native:gsub('<m:scr m:val="sans%-serif" />(<m:sty m:val="b" />)', "%1")))
  end
  return #found == #formulas and found or formulas:map(function() return "" end)
end

-- The forms of all formulas of a document that are not known yet: MathML and Office Math, each "" where
-- TeX was not understood.
local function translate_all(document)
  local keys, formulas, mathmls, numbering = pandoc.List(), pandoc.List(), pandoc.List(), pandoc.List()
  document:walk { Math = function(math)
    local key = math.mathtype .. math.text
    if translations[key] == nil then
      translations[key] = {}
      local tex, label, tag = take_numbering(math.text)
      local mathml
      mathml, tex = understood(math.mathtype, tex)
      keys:insert(key)
      mathmls:insert(mathml)
      formulas:insert(pandoc.Math(math.mathtype, tex))
      local wrong = mathml == "" and unexpected(math.mathtype, tex) or ""
      numbering:insert { { "label", label }, { "tag", tag }, { "unexpected", wrong } }
    end
  end }
  if #formulas == 0 then return end
  local natives = native_maths(formulas)
  for index, formula in ipairs(formulas) do
    local forms = { { "mathml", mathmls[index] }, { "omml", natives[index] } }
    translations[keys[index]] = pandoc.List(forms) .. numbering[index]
  end
end

-- A formula keeps its TeX and gets its other forms.
local function wrap_math(math)
  return pandoc.Span({ math }, pandoc.Attr("", { "triptych-math" }, translations[math.mathtype .. math.text]))
end

-- Headings in HTML get no ids of pandoc's here: ours are made later, for the whole book.
local html = "html-auto_identifiers"

-- Widths in HTML are written by hand, those of Markdown drawn: a table in HTML says its own as Quarto does.
local function with_widths(blocks)
  return blocks:walk {
    Table = function(found)
      local shares = found.colspecs:map(function(spec) return spec[2] or 0 end)
      if #shares == 0 or shares:includes(0) or found.attributes["tbl-colwidths"] then return nil end
      found.attributes["tbl-colwidths"] = "[" .. table.concat(shares, ",") .. "]"
      return found
    end
  }
end

-- A cell goes over at most a thousand columns, as HTML has it (4.9.11); pandoc makes as many as it is told.
local function within_columns(cell)
  return (cell:gsub("([cC][oO][lL][sS][pP][aA][nN]%s*=%s*[\"']?%s*)(%d+)", function(name, count)
    return name .. ((#count > 4 or tonumber(count) > 1000) and "1000" or count)
  end))
end

local function html_blocks(text)
  return with_widths(pandoc.read((text:gsub("<[tT][dDhH][^>]*>", within_columns)), html, {}, {}).blocks)
end

-- Raw HTML that is whole in itself is read as HTML, so that it reaches every output and brings
-- nothing along but what the document model can say.
local function read_html(raw)
  if raw.format ~= "html" or raw.text:match("^%s*<!%-%-") then return nil end
  local blocks = html_blocks(raw.text)
  if #blocks > 0 then return blocks end
end

-- Pandoc may keep a whole element as one piece of raw HTML: it is more than a tag, so it is read too.
local function read_html_inline(raw)
  if raw.format ~= "html" or raw.text:match("^<!%-%-") or not raw.text:match("^<[^>]*>.") then return nil end
  return pandoc.utils.blocks_to_inlines(pandoc.read(raw.text, html, {}, {}).blocks)
end

-- Pandoc takes HTML tables and lists of terms apart, tag by tag, to read Markdown in them. Put together
-- again they are read as what they are.
local function join_html(name, blocks)
  local out, table_html, depth = pandoc.List(), nil, 0
  for _, block in ipairs(blocks) do
    local raw = block.t == "RawBlock" and block.format == "html" and block.text or ""
    if raw:match("^%s*<" .. name .. "[%s>]") then
      depth = depth + 1
      table_html = table_html or ""
    end
    if table_html then
      table_html = table_html .. (raw ~= "" and raw or pandoc.write(pandoc.Pandoc { block }, "html"))
    else
      out:insert(block)
    end
    if raw:match("^%s*</" .. name .. "[%s>]") and depth > 0 then
      depth = depth - 1
      if depth == 0 then
        out:extend(html_blocks(table_html))
        table_html = nil
      end
    end
  end
  if table_html then return nil end
  return out
end

-- Of the other elements that it takes apart the parts are put together, so that Markdown in them stays.
local function tag_of(block)
  if block.t ~= "RawBlock" or block.format ~= "html" then return nil end
  local slash, name, rest = block.text:match("^%s*<(/?)(%a%w*)([^>]*)>%s*$")
  name = name and name:lower()
  local known = name == "ul" or name == "ol" or name == "li" or name == "blockquote" or (name or ""):match("^h[1-6]$")
  if known then return name, slash == "/", rest end
end

local function attribute(rest, name)
  return rest:match("%f[%w]" .. name .. "%s*=%s*[\"']?([^\"'%s>]+)")
end

-- The blocks that an element is, in the list of blocks that it stands in.
local function assembled(element)
  local level = element.name:match("^h(%d)$")
  if level then
    local classes = element.rest:match("%f[%w]class%s*=%s*\"([^\"]*)\"") or ""
    local attr = pandoc.Attr(attribute(element.rest, "id") or "", pandoc.List(classes:gmatch("%S+")))
    return { pandoc.Header(tonumber(level), pandoc.utils.blocks_to_inlines(element.content), attr) }
  end
  if element.name == "blockquote" then return { pandoc.BlockQuote(element.content) } end
  if element.name == "li" or #element.items == 0 then return element.content end
  if element.name == "ul" then return { pandoc.BulletList(element.items) } end
  local start = tonumber(attribute(element.rest, "start") or "1") or 1
  return { pandoc.OrderedList(element.items, pandoc.ListAttributes(start)) }
end

local function assemble(blocks)
  local open = { { content = pandoc.List(), items = pandoc.List() } }
  local function close()
    local element = table.remove(open)
    local parent = open[#open]
    local is_item = element.name == "li" and (parent.name == "ul" or parent.name == "ol")
    if is_item then parent.items:insert(element.content) else parent.content:extend(assembled(element)) end
  end
  for _, block in ipairs(blocks) do
    local name, closes, rest = tag_of(block)
    if not name then
      open[#open].content:insert(block)
    else
      -- HTML lets an item end where the next begins, or its list ends.
      if open[#open].name == "li" and ((name == "li" and not closes) or (closes and name:match("^[uo]l$"))) then
        close()
      end
      if not closes then
        table.insert(open, { name = name, rest = rest, content = pandoc.List(), items = pandoc.List() })
      elseif open[#open].name == name then
        close()
      else
        return nil -- what does not nest stays as it is written
      end
    end
  end
  if #open == 1 then return open[1].content end
end

local function join_html_elements(blocks)
  if not blocks:find_if(function(block) return block.t == "RawBlock" end) then return nil end
  local tables = join_html("table", blocks) or blocks
  local terms = join_html("dl", tables) or tables
  return assemble(terms) or terms
end

-- A diagram's options stand among its attributes or, as in Quarto, in comments at its head. With its
-- caption, which is Markdown, it goes on as one block.
local diagram_languages = { mermaid = true, dot = true, graphviz = true }

local function frame_diagram(format)
  return function(block)
    if not diagram_languages[block.classes[1]] then return nil end
    for line in (block.text .. "\n"):gmatch("(.-)\n") do
      local key, value = line:match("^%s*[%%/#]+|%s*([%w-]+):%s*(.-)%s*$")
      if not key then break end
      value = value:match('^"(.*)"$') or value:match("^'(.*)'$") or value
      if key == "label" then block.identifier = value else block.attributes[key] = value end
    end
    local content = pandoc.List { block }
    local caption = block.attributes["fig-cap"] or block.attributes["lst-cap"]
    if caption then content:extend(pandoc.read(caption, format, {}, {}).blocks) end
    return pandoc.Div(content, pandoc.Attr("", { "triptych-diagram" }))
  end
end

-- Note and source of a chart are Markdown in attributes: they are read here, so that what they say is
-- text like any other, citations and quotation marks included.
local function read_attributes(item)
  return function(div)
    if not div.classes:includes("chart") then return nil end
    for _, key in ipairs { "source", "note" } do
      local text = div.attributes[key]
      if text and text ~= "" then
        local inlines = pandoc.utils.blocks_to_inlines(pandoc.read(text, item.format, {}, {}).blocks)
        div.content:insert(1, pandoc.Div({ pandoc.Plain(inlines) }, pandoc.Attr("", { "triptych-" .. key })))
      end
    end
    return div
  end
end

local function read(item)
  -- The last argument is the sandbox: a table of files that reading may see, here none.
  local remarks, document = pandoc.log.silence(pandoc.read, item.text, item.format, {}, {})
  document = document:walk { CodeBlock = frame_diagram(item.format) }
    :walk { Blocks = join_html_elements, Div = read_attributes(item) }
    :walk { RawBlock = read_html, RawInline = read_html_inline }
    :walk { RawBlock = read_environment, RawInline = read_environment, Math = read_reference }
  pandoc.log.silence(translate_all, document) -- a formula that is not understood is told by its empty forms
  document.meta = { remarks = "[" .. table.concat(pandoc.List(remarks):map(pandoc.json.encode), ",") .. "]" }
  return pandoc.write(document:walk { Math = wrap_math }, "json")
end

for _, item in ipairs(job.texts) do
  local ok, result = pcall(read, item)
  if ok then
    io.write("ok\t", result, "\n")
  else
    io.write("error\t", (tostring(result):gsub("%s+", " ")), "\n")
  end
  io.flush() -- should the next one never end, this one is done
end
