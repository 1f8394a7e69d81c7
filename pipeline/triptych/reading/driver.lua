-- Read all texts of a book in one pandoc process. Each text has a separate scope; TeX is converted to MathML and
-- Office Math. The output is one line of JSON per text: "ok\t<pandoc AST>" or "error\t<message>".
-- The metadata of a text contains pandoc's warnings about it, in pandoc's JSON.
-- usage: pandoc lua driver.lua JOB.json tex.lua siunitx.lua     (a job is {"texts": [{"text": …, "format": …}, …],
-- "max_script_levels": …}, and may have "filters": [path, …] and their "metadata": {…})

local job = pandoc.json.decode(io.open(arg[1], "rb"):read("a"), false)
local mathml_options = pandoc.WriterOptions { html_math_method = "mathml" }
local shared_translations = {}
local translations = shared_translations -- of formulas; those of a text with definitions are not shared
local tex_module = dofile(arg[2])
dofile(arg[3])(tex_module)

-- Environments of display formulas, which LaTeX allows without dollar signs.
local environments = pandoc.List {
  "equation", "align", "gather", "multline", "eqnarray", "flalign", "alignat", "displaymath", "dmath", "xalignat", "xxalignat",
}

-- Delimiters and colours that a text defines in raw TeX. Pandoc expands other macros itself.
local definitions = { macros = {}, colours = {} }
local groups = 0 -- subequations so far

local function is_tex(raw) return raw.format == "tex" or raw.format == "latex" end

local function read_definitions(raw)
  if is_tex(raw) and tex_module.define(raw.text, definitions) then return {} end
end

local MOST_PARTS = 50 -- of a definition; a limit for the time that definitions without an end take

-- Read a definition that begins at an inline, and return the place after it, or nil. Pandoc ends a command that
-- it does not know before an optional argument, and reads the rest as text.
local function read_divided_definition(inlines, place)
  local text = ""
  for last = place, math.min(#inlines, place + MOST_PARTS) do
    local part = inlines[last]
    local own = part.t == "Space" and " " or part.t == "SoftBreak" and "\n"
    if not own and part.t ~= "Str" and part.t ~= "RawInline" then return nil end
    text = text .. (own or part.text)
    if tex_module.define(text, definitions) then return last + 1 end
  end
end

local function read_definitions_in_text(inlines)
  local out, place = pandoc.Inlines {}, 1
  while place <= #inlines do
    local inline = inlines[place]
    local next_place = inline.t == "RawInline" and is_tex(inline) and tex_module.begins_definition(inline.text)
      and read_divided_definition(inlines, place)
    if not next_place then out:insert(inline) end
    place = next_place or place + 1
  end
  return out
end

-- The equations in subequations, each with the name of its group, and the text between them.
local function read_subequations(body, format)
  groups = groups + 1
  local label
  body = body:gsub("^%s*\\label%s*(%b{})", function(name)
    label = name:sub(2, -2):gsub("%s+", "-")
    return ""
  end)
  local group = "\\subequations{" .. groups .. " " .. (label or "") .. "}"
  return pandoc.read(body, format, {}, {}).blocks:walk {
    RawBlock = function(raw) return is_tex(raw) and pandoc.Para { pandoc.Math("DisplayMath", group .. raw.text) } end,
    RawInline = function(raw) return is_tex(raw) and pandoc.Math("DisplayMath", group .. raw.text) end,
    Math = function(math) return pandoc.Math("DisplayMath", group .. math.text) end,
  }
end

-- Pandoc keeps such an environment as raw TeX. It becomes a display formula like any other.
local function read_environment(format)
  return function(raw)
    if not is_tex(raw) then return nil end
    local name, star, body = raw.text:match("^%s*\\begin%s*{(%a+)(%*?)}(.*)\\end%s*{%1%2}%s*$")
    if name == "subequations" then
      local blocks = read_subequations(body, format)
      return raw.t == "RawBlock" and blocks or pandoc.utils.blocks_to_inlines(blocks)
    end
    if not name or not environments:includes(name) then return nil end
    local whole = (name == "displaymath" or name == "dmath") and body or raw.text
    local formula = pandoc.Math("DisplayMath", whole)
    return raw.t == "RawBlock" and pandoc.Para { formula } or formula
  end
end

-- Remove empty formulas, and make references of formulas that contain only a reference.
local function read_reference(math)
  if not math.text:match("%S") then return {} end
  local whole = math.text:match("^%s*(\\%a*ref%s*%b{})%s*$")
  if whole then return pandoc.RawInline("tex", whole) end
end

-- Return the MathML of a formula, or nil; with `shown`, of an inline formula in display style.
local function to_mathml(kind, tex, shown)
  local document = pandoc.Pandoc { pandoc.Plain { pandoc.Math(shown and "DisplayMath" or kind, tex) } }
  local mathml = pandoc.write(document, "html5", mathml_options):match("<math.*</math>")
  if not mathml then return nil end
  if shown then mathml = mathml:gsub('display="block"', 'display="inline" displaystyle="true"', 1) end
  return mathml
end

-- The text of a tag. Formulas in it are MathML between the characters U+E006 and U+E007.
local function in_words(tex)
  local document = pandoc.read(tex, "latex", {}, {}):walk {
    Math = function(math)
      local mathml = to_mathml("InlineMath", math.text)
      return mathml and pandoc.Str("\u{E006}" .. mathml .. "\u{E007}")
    end,
    Link = function(link)
      local name = link.attributes.reference
      return name and pandoc.Str(tex_module.mark_reference(link.attributes["reference-type"], name))
    end,
  }
  return (pandoc.write(document, "plain"):gsub("%s+", " "):match("^ *(.-) *$"))
end

-- Return a formula's MathML, "" if pandoc cannot parse its TeX, and the TeX that pandoc could parse: with an
-- environment for aligned lines, if the author omitted it as MathJax allows.
local function understood(kind, tex, shown)
  local tries = { tex }
  if kind == "DisplayMath" then table.insert(tries, "\\begin{aligned}" .. tex .. "\\end{aligned}") end
  for _, try in ipairs(tries) do
    local mathml = to_mathml(kind, try, shown)
    if mathml then return mathml, try end
  end
  return "", tex
end

-- Return what pandoc did not expect in a formula that it cannot parse: all unknown commands, each with its
-- backslash, or the first other token, such as "eof".
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

-- Return Office Math for formulas, all in one document, since a document takes much longer than a formula. It is
-- "" if pandoc cannot parse the TeX.
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

-- Return the nesting depth of scripts, since each level doubles pandoc's time. The argument of a script is a
-- group, or a command with its arguments.
local function count_script_levels(tex)
  tex = tex:gsub("(\\%a+)%s*%[[^%[%]{}]*%]", "%1") -- without optional arguments, as in \sqrt[3]{x}
  local groups, level, deepest, in_argument = {}, 0, 0, false
  local place = 1
  while place <= #tex do
    local token = tex:match("^\\%a+", place) or tex:match("^\\.", place) or tex:sub(place, place)
    place = place + #token
    if token == "{" or token == "\\left" or token == "\\begin" then
      table.insert(groups, in_argument)
      level = level + (in_argument and 1 or 0)
      deepest, in_argument = math.max(deepest, level), false
    elseif token == "}" or token == "\\right" or token == "\\end" then
      in_argument = table.remove(groups) or false
      level = level - (in_argument and 1 or 0)
    elseif token == "^" or token == "_" then
      in_argument = true
    elseif token:match("^%S$") then
      in_argument = false
    end
  end
  return deepest
end

local GROUP = "^\\subequations(%b{})"

-- Keep the TeX as its author wrote it in the annotation of the MathML.
local function annotate(mathml, tex)
  local escaped = tex:gsub("[&<>]", { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;" }):gsub("%%", "%%%%")
  return (mathml:gsub("(<annotation[^>]*>).-(</annotation>)", "%1" .. escaped .. "%2"))
end

local function join_names(part) return table.concat(part.labels, " ") .. "\t" .. table.concat(part.tags, " ") end

-- Labels and tags: of the whole formula, or of each row if several rows have them. Environments such as align
-- have a number per row even if only one row has it.
local function describe_numbers(found, tex)
  local numbered = 0
  for _, row in ipairs(found.rows) do
    if #row.labels + #row.tags > 0 then numbered = numbered + 1 end
  end
  local single = tex:match("^%s*\\begin%s*{equation") or not tex:match("^%s*\\begin%s*{%a+%*?}")
    or tex:match("^%s*\\begin%s*{%a*ed}") or tex:match("^%s*\\begin%s*{split}") or tex:match("^%s*\\begin%s*{alignedat}")
  if numbered > 1 or (numbered == 1 and #found.rows > 1 and not single) then
    local rows = pandoc.List(found.rows):map(join_names)
    return { { "rows", table.concat(rows, "\n") } }
  end
  for _, row in ipairs(found.rows) do
    pandoc.List.extend(found.whole.labels, row.labels)
    pandoc.List.extend(found.whole.tags, row.tags)
  end
  return { { "label", table.concat(found.whole.labels, " ") }, { "tag", table.concat(found.whole.tags, " ") } }
end

-- Return the forms of all new formulas of a document: MathML and Office Math, each "" if pandoc cannot parse
-- the TeX. Formulas with scripts nested too deeply have their depth instead.
local function translate_all(document)
  local keys, formulas, mathmls, others = pandoc.List(), pandoc.List(), pandoc.List(), pandoc.List()
  document:walk { Math = function(math)
    local key = math.mathtype .. math.text
    local levels = translations[key] == nil and count_script_levels(math.text)
    if levels and levels > job.max_script_levels then
      translations[key] = { { "script-levels", tostring(levels) } }
    elseif levels then
      translations[key] = {}
      local written = math.text:gsub(GROUP, "")
      local plain, shown = written:gsub("^%s*\\displaystyle%f[%A]", "")
      shown = shown > 0 and math.mathtype == "InlineMath"
      local is_display = shown or math.mathtype == "DisplayMath"
      local tex, found = tex_module.rewrite(shown and plain or written, is_display, definitions, in_words)
      local mathml
      mathml, tex = understood(math.mathtype, tex, shown)
      keys:insert(key)
      mathmls:insert(annotate(mathml, written))
      formulas:insert(pandoc.Math(math.mathtype, tex))
      local wrong = mathml == "" and unexpected(math.mathtype, tex) or ""
      local group = (math.text:match(GROUP) or "{}"):sub(2, -2)
      local rest = pandoc.List(describe_numbers(found, written))
      rest:extend { { "unexpected", wrong }, { "ignored", table.concat(found.ignored, "\n") }, { "group", group } }
      others:insert(rest)
    end
  end }
  if #formulas == 0 then return end
  local natives = native_maths(formulas)
  for index, formula in ipairs(formulas) do
    local forms = { { "mathml", mathmls[index] }, { "omml", natives[index] } }
    translations[keys[index]] = pandoc.List(forms) .. others[index]
  end
end

-- Add the other forms to a formula, which keeps its TeX.
local function wrap_math(math)
  local forms = translations[math.mathtype .. math.text]
  math.text = math.text:gsub(GROUP, "")
  return pandoc.Span({ math }, pandoc.Attr("", { "triptych-math" }, forms))
end

-- Remove pandoc's ids of headings in HTML; ids are made later, for the whole book.
local html = "html-auto_identifiers"

-- Mark the column widths of HTML tables, which the author wrote, unlike those of Markdown tables.
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

-- Limit a cell to a thousand columns, as HTML does (4.9.11); pandoc has no limit.
local function within_columns(cell)
  return (cell:gsub("([cC][oO][lL][sS][pP][aA][nN]%s*=%s*[\"']?%s*)(%d+)", function(name, count)
    return name .. ((#count > 4 or tonumber(count) > 1000) and "1000" or count)
  end))
end

local function html_blocks(text)
  return with_widths(pandoc.read((text:gsub("<[tT][dDhH][^>]*>", within_columns)), html, {}, {}).blocks)
end

-- Read complete raw HTML elements as HTML, so that they are in all outputs, reduced to what the document model
-- can express.
local function read_html(raw)
  if raw.format ~= "html" or raw.text:match("^%s*<!%-%-") then return nil end
  local blocks = html_blocks(raw.text)
  if #blocks > 0 then return blocks end
end

-- Pandoc may keep a whole element as one piece of raw HTML, which is also read.
local function read_html_inline(raw)
  if raw.format ~= "html" or raw.text:match("^<!%-%-") or not raw.text:match("^<[^>]*>.") then return nil end
  return pandoc.utils.blocks_to_inlines(pandoc.read(raw.text, html, {}, {}).blocks)
end

-- Pandoc splits HTML tables and definition lists into tags to read Markdown in them. Join and read them.
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

-- Join the parts of other elements that pandoc splits, and keep the Markdown in them.
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

-- Return the blocks of an element, for the list of blocks that contains it.
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
      -- In HTML, an item may end at the next item or at the end of its list.
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

-- Read the Markdown in the attributes `note` and `source`, including citations and quotation marks.
local function read_remarks(attributes, format)
  local remarks = pandoc.List()
  for _, key in ipairs { "note", "source" } do
    local text = attributes[key]
    if text and text ~= "" then
      local inlines = pandoc.utils.blocks_to_inlines(pandoc.read(text, format, {}, {}).blocks)
      remarks:insert(pandoc.Div({ pandoc.Plain(inlines) }, pandoc.Attr("", { "triptych-" .. key })))
    end
  end
  return remarks
end

-- Read a diagram's options from its attributes or, as in Quarto, from comments in its first lines. The diagram
-- and its caption, which is Markdown, become one block.
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
    content:extend(read_remarks(block.attributes, format))
    return pandoc.Div(content, pandoc.Attr("", { "triptych-diagram" }))
  end
end

-- Add the note and source of a div, or of the image of a figure, to the caption of the table or figure.
local function add_remarks(format)
  local function extend_caption(element, attributes)
    local remarks = read_remarks(attributes, format)
    if #remarks == 0 then return nil end
    element.caption.long:extend(remarks)
    return element
  end
  return {
    Div = function(div)
      local is_element = div.classes:includes("chart") or div.classes:includes("table")
        or div.identifier:match("^fig%-") or div.identifier:match("^tbl%-")
      local remarks = is_element and read_remarks(div.attributes, format) or {}
      if #remarks == 0 then return nil end
      div.content = remarks .. div.content
      return div
    end,
    Table = function(element) return extend_caption(element, element.attributes) end,
    Figure = function(element)
      local attributes = element.attributes
      element:walk { Image = function(image) attributes = image.attributes end }
      return extend_caption(element, attributes)
    end,
    Para = function(para)
      local image = para.content[1]
      if #para.content ~= 1 or image.t ~= "Image" then return nil end
      local caption = { long = read_remarks(image.attributes, format) }
      if #caption.long > 0 then return pandoc.Figure(pandoc.Plain(para.content), caption) end
    end,
  }
end

-- Apply the filters of the project in order. An error names the number of the filter.
local filter_globals = setmetatable({ FORMAT = "triptych" }, { __index = _G })

local function apply_filters(document)
  if not job.filters then return document end
  document.meta = pandoc.MetaMap(job.metadata)
  for number, path in ipairs(job.filters) do
    local ok, result = pcall(pandoc.utils.run_lua_filter, document, path, filter_globals)
    if not ok then error({ filter = number, message = tostring(result) }) end
    document = result
  end
  return document
end

local function read(item)
  -- The last argument is the sandbox: a table of the files that the reader may read, here empty.
  local remarks, document = pandoc.log.silence(pandoc.read, item.text, item.format, {}, {})
  document = apply_filters(document)
  -- Functions for all lists or paragraphs are slow. They are used only if the text has, or filters may add, what
  -- they read.
  local function has(pattern) return job.filters ~= nil or item.text:find(pattern) ~= nil end
  document = document:walk { CodeBlock = frame_diagram(item.format) }
  if has("<") then document = document:walk { Blocks = join_html_elements } end
  if has("note%s*=") or has("source%s*=") then document = document:walk(add_remarks(item.format)) end
  document = document:walk { RawBlock = read_html, RawInline = read_html_inline }
  definitions = { macros = {}, colours = {} }
  if job.filters or tex_module.contains_definition(item.text) then
    document = document:walk { RawBlock = read_definitions, Inlines = read_definitions_in_text }
  end
  local own = next(definitions.macros) or next(definitions.colours)
  translations = own and {} or shared_translations
  local environment = read_environment(item.format)
  document = document:walk { RawBlock = environment, RawInline = environment, Math = read_reference }
  pandoc.log.silence(translate_all, document) -- a formula that is not understood is told by its empty forms
  document.meta = { remarks = "[" .. table.concat(pandoc.List(remarks):map(pandoc.json.encode), ",") .. "]" }
  return pandoc.write(document:walk { Math = wrap_math }, "json")
end

for _, item in ipairs(job.texts) do
  local ok, result = pcall(read, item)
  if ok then
    io.write("ok\t", result, "\n")
  elseif type(result) == "table" and result.filter then
    io.write("filter ", result.filter, "\t", (result.message:gsub("%s+", " ")), "\n")
  else
    io.write("error\t", (tostring(result):gsub("%s+", " ")), "\n")
  end
  io.flush() -- should the next one never end, this one is done
end
