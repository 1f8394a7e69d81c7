-- One pandoc process for a whole book: each text is read in a scope of its own, TeX becomes MathML and Typst,
-- and one line of JSON a text comes out: "ok\t<pandoc AST>" or "error\t<message>".
-- usage: pandoc lua driver.lua JOB.json     (a job is {"texts": [{"text": …, "format": …}, …]})

local job = pandoc.json.decode(io.open(arg[1], "rb"):read("a"), false)
local mathml_options = pandoc.WriterOptions { html_math_method = "mathml" }
local translations = {}

-- A formula keeps its TeX and gets its MathML and its Typst; both are empty where TeX was not understood.
local function translate_math(math)
  local key = math.mathtype .. math.text
  if translations[key] == nil then
    local document = pandoc.Pandoc { pandoc.Plain { math } }
    local mathml = pandoc.write(document, "html5", mathml_options):match("<math.*</math>") or ""
    local typst = mathml ~= "" and pandoc.write(document, "typst"):match("^%$(.*)%$%s*$") or ""
    translations[key] = { { "mathml", mathml }, { "typst", typst } }
  end
  return pandoc.Span({ math }, pandoc.Attr("", { "triptych-math" }, translations[key]))
end

-- Headings in HTML get no ids of pandoc's here: ours are made later, for the whole book.
local html = "html-auto_identifiers"

-- Raw HTML that is whole in itself is read as HTML, so that it reaches every output and brings
-- nothing along but what the document model can say.
local function read_html(raw)
  if raw.format ~= "html" or raw.text:match("^%s*<!%-%-") then return nil end
  local blocks = pandoc.read(raw.text, html, {}, {}).blocks
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
        out:extend(pandoc.read(table_html, html, {}, {}).blocks)
        table_html = nil
      end
    end
  end
  if table_html then return nil end
  return out
end

local function join_html_elements(blocks)
  local tables = join_html("table", blocks) or blocks
  return join_html("dl", tables) or tables
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

local function read(item)
  -- The last argument is the sandbox: a table of files that reading may see, here none.
  local document = pandoc.read(item.text, item.format, {}, {})
  return pandoc.write(document:walk { CodeBlock = frame_diagram(item.format) }:walk { Blocks = join_html_elements }:walk { RawBlock = read_html, RawInline = read_html_inline }:walk { Math = translate_math }, "json")
end

for _, item in ipairs(job.texts) do
  local ok, result = pcall(read, item)
  if ok then
    io.write("ok\t", result, "\n")
  else
    io.write("error\t", (tostring(result):gsub("%s+", " ")), "\n")
  end
end
