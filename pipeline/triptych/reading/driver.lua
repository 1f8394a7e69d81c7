-- One pandoc process for a whole book: each text is read in a scope of its own, TeX becomes MathML,
-- and one line of JSON a text comes out: "ok\t<pandoc AST>" or "error\t<message>".
-- usage: pandoc lua driver.lua JOB.json     (a job is {"texts": [{"text": …, "format": …}, …]})

local job = pandoc.json.decode(io.open(arg[1], "rb"):read("a"), false)
local mathml_options = pandoc.WriterOptions { html_math_method = "mathml" }
local mathml = {}

local function math_to_mathml(math)
  local key = math.mathtype .. math.text
  if mathml[key] == nil then
    local html = pandoc.write(pandoc.Pandoc { pandoc.Plain { math } }, "html5", mathml_options)
    mathml[key] = html:match("<math.*</math>") or ""
  end
  return pandoc.Span({ math }, pandoc.Attr("", { "triptych-math" }, { { "mathml", mathml[key] } }))
end

-- Raw HTML that is whole in itself is read as HTML, so that it reaches every output and brings
-- nothing along but what the document model can say.
local function read_html(raw)
  if raw.format ~= "html" or raw.text:match("^%s*<!%-%-") then return nil end
  local blocks = pandoc.read(raw.text, "html", {}, {}).blocks
  if #blocks > 0 then return blocks end
end

local function read(item)
  -- The last argument is the sandbox: a table of files that reading may see, here none.
  local document = pandoc.read(item.text, item.format, {}, {})
  return pandoc.write(document:walk { RawBlock = read_html }:walk { Math = math_to_mathml }, "json")
end

for _, item in ipairs(job.texts) do
  local ok, result = pcall(read, item)
  if ok then
    io.write("ok\t", result, "\n")
  else
    io.write("error\t", (tostring(result):gsub("%s+", " ")), "\n")
  end
end
