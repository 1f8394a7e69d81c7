-- Rewrite the TeX of a formula in commands that pandoc supports. driver.lua loads this module.
--
-- The formula becomes a tree of tokens, groups, environments and fences (\left … \right), so that commands
-- have the same arguments as in TeX. A construct that pandoc drops or rejects is written as a box whose first
-- child is a text "\u{E000}NAME:OPTIONS"; `media/formulas/markers.py` converts it to MathML and Office Math.
-- Commands without effect are counted in `ignored`, which the reader reports. Unknown commands stay: pandoc
-- rejects them, and the reader reports an error.

local MARK = "\u{E000}"
local MOST_COLUMNS = 100 -- of an array
local LEAST_USUAL_RULE, MOST_USUAL_RULE = 0.03, 0.05 -- em; of fractions
local MOST_EXPANSIONS, MOST_TOKENS = 500, 20000 -- of macros that are defined in a formula

-- Tokens and the tree ------------------------------------------------------------------------------------

-- Split TeX into commands, characters and single spaces. Comments are removed.
local function tokenize(text)
  local tokens, place = {}, 1
  while place <= #text do
    local token = text:match("^\\%a+", place) or text:match("^\\[%z\1-\127\194-\244][\128-\191]*", place)
    local blank = text:match("^%s+", place)
    local comment = text:match("^%%[^\n]*\n?[ \t]*", place)
    if token then
      tokens[#tokens + 1] = token:match("^\\%s") and "\\ " or token
    elseif blank then
      token, tokens[#tokens + 1] = blank, " "
    elseif comment then
      token = comment
    else
      token = text:match("^[%z\1-\127\194-\244][\128-\191]*", place) or text:sub(place, place)
      tokens[#tokens + 1] = token
    end
    place = place + #token
  end
  return tokens
end

local function skip_blanks(tokens, place)
  while tokens[place] == " " do place = place + 1 end
  return place
end

-- Read the name in \begin{name} or \end{name} → the name and the place after it.
local function read_name(tokens, place)
  place = skip_blanks(tokens, place)
  if tokens[place] ~= "{" then return nil end
  local name = ""
  repeat
    place = place + 1
    if tokens[place] == nil or tokens[place] == "{" then return nil end
    if tokens[place] ~= "}" then name = name .. tokens[place] end
  until tokens[place] == "}"
  return name, place + 1
end

-- Build the tree of a formula, or return nil if its braces, environments or fences do not match.
local function parse(tokens)
  local stack, place = { { kind = "formula" } }, 1
  local function close(kind)
    local node = stack[#stack]
    if node.kind ~= kind then return nil end
    table.remove(stack)
    table.insert(stack[#stack], node)
    return node
  end
  while place <= #tokens do
    local token = tokens[place]
    place = place + 1
    if token == "{" then
      table.insert(stack, { kind = "group" })
    elseif token == "}" then
      if not close("group") then return nil end
    elseif token == "\\begin" then
      local name, after = read_name(tokens, place)
      if not name then return nil end
      table.insert(stack, { kind = "environment", name = name })
      place = after
    elseif token == "\\end" then
      local name, after = read_name(tokens, place)
      if not name or stack[#stack].name ~= name or not close("environment") then return nil end
      place = after
    elseif token == "\\left" or token == "\\right" then
      place = skip_blanks(tokens, place)
      local fence = tokens[place]
      if not fence or fence == "{" or fence == "}" then return nil end
      place = place + 1
      if token == "\\left" then
        table.insert(stack, { kind = "fence", open = fence })
      else
        local node = close("fence")
        if not node then return nil end
        node.close = fence
      end
    else
      table.insert(stack[#stack], token)
    end
  end
  return #stack == 1 and stack[1] or nil
end

local function copy_shell(node)
  return { kind = node.kind, name = node.name, open = node.open, close = node.close }
end

-- A reader of a list of items -----------------------------------------------------------------------------

local Reader = {}
Reader.__index = Reader

local function read_items(items) return setmetatable({ items = items, place = 1 }, Reader) end

function Reader:skip()
  while self.items[self.place] == " " do self.place = self.place + 1 end
end

function Reader:take()
  local item = self.items[self.place]
  self.place = self.place + 1
  return item
end

function Reader:peek()
  self:skip()
  return self.items[self.place]
end

-- Take the next item if it is this token.
function Reader:accept(token)
  if self:peek() ~= token then return false end
  self.place = self.place + 1
  return true
end

-- The items of an argument: those of a group, or one item. An argument that is missing is nil.
function Reader:argument()
  local item = self:peek()
  if item == nil then return nil end
  self.place = self.place + 1
  return type(item) == "table" and item.kind == "group" and item or { item }
end

-- The items of an argument in square brackets, or nil.
function Reader:option()
  if self:peek() ~= "[" then return nil end
  local found, depth = {}, 0
  for place = self.place + 1, #self.items do
    local item = self.items[place]
    if item == "[" then depth = depth + 1 end
    if item == "]" then
      if depth == 0 then
        self.place = place + 1
        return found
      end
      depth = depth - 1
    end
    found[#found + 1] = item
  end
  return nil
end

-- The digits of a number without braces, with its sign.
function Reader:number()
  local text = ""
  while type(self:peek()) == "string" and self:peek():match("^[%d.+-]$") do text = text .. self:take() end
  return text
end

-- Take a word whose letters are the next items.
function Reader:accept_word(word)
  local start = self.place
  for letter in word:gmatch(".") do
    if not self:accept(letter) then
      self.place = start
      return false
    end
  end
  return true
end

local EM = { em = 1, ex = 0.43, mu = 1 / 18, pt = 0.1, cm = 2.845, mm = 0.2845, ["in"] = 7.227, pc = 1.2, px = 0.075, bp = 0.1004, sp = 0, dd = 0.107 }

-- The text of a length without braces, such as 2pt, without the stretch and shrink after it.
function Reader:length()
  local text = self:number()
  self:accept_word("true")
  for unit in pairs(EM) do
    if self:accept_word(unit) then
      text = text .. unit
      break
    end
  end
  for _, word in ipairs { "plus", "minus" } do
    if self:accept_word(word) then
      self:length()
      for _, unit in ipairs { "filll", "fill", "fil" } do if self:accept_word(unit) then break end end
    end
  end
  return text
end

function Reader:rest()
  local rest = { kind = "group" }
  for place = self.place, #self.items do rest[#rest + 1] = self.items[place] end
  self.place = #self.items + 1
  return rest
end

-- TeX of items as it is written, without any change.
local function join(pieces)
  local out = {}
  for _, piece in ipairs(pieces) do
    if piece ~= "" then
      local before = out[#out]
      if before and piece:match("^%a") and before:match("\\%a+$") then out[#out + 1] = " " end
      out[#out + 1] = piece
    end
  end
  return table.concat(out)
end

local function source(items)
  local out = {}
  for _, item in ipairs(items) do
    if type(item) == "string" then
      out[#out + 1] = item
    elseif item.kind == "group" then
      out[#out + 1] = "{" .. source(item) .. "}"
    elseif item.kind == "fence" then
      out[#out + 1] = join { "\\left" .. item.open, source(item), "\\right" .. item.close }
    else
      out[#out + 1] = "\\begin{" .. item.name .. "}" .. source(item) .. "\\end{" .. item.name .. "}"
    end
  end
  return join(out)
end

local function trimmed(items) return (source(items):match("^%s*(.-)%s*$")) end

-- Macros that a formula defines ---------------------------------------------------------------------------

local DEFINITIONS = {}

-- A macro's name: \newcommand{\name} or \newcommand\name.
local function read_macro_name(reader)
  local name = reader:argument()
  name = name and trimmed(name)
  return name and name:match("^\\%a+$") and name or nil
end

local function define_command(reader, macros, command)
  reader:accept("*")
  local name = read_macro_name(reader)
  local count = reader:option()
  local default = count and reader:option()
  local body = reader:argument()
  if not name or not body then return false end
  if command == "\\providecommand" and macros[name] then return true end
  macros[name] = { count = tonumber(count and source(count)) or 0, default = default, body = body }
  return true
end

DEFINITIONS["\\newcommand"] = define_command
DEFINITIONS["\\renewcommand"] = define_command
DEFINITIONS["\\providecommand"] = define_command
DEFINITIONS["\\DeclareRobustCommand"] = define_command

DEFINITIONS["\\def"] = function(reader, macros)
  local name = reader:peek()
  if type(name) ~= "string" or not name:match("^\\") then return false end
  reader:take()
  local count = 0
  while type(reader:peek()) == "string" do
    if not reader:accept("#") or reader:peek() ~= tostring(count + 1) then return false end
    reader:take()
    count = count + 1
  end
  local body = reader:argument()
  if not body then return false end
  macros[name] = { count = count, body = body }
  return true
end

DEFINITIONS["\\let"] = function(reader, macros)
  local name = reader:peek()
  if type(name) ~= "string" or not name:match("^\\") then return false end
  reader:take()
  reader:accept("=")
  local item = reader:peek()
  if type(item) ~= "string" then return false end
  reader:take()
  macros[name] = macros[item] or { count = 0, body = { kind = "group", item } }
  return true
end

DEFINITIONS["\\DeclareMathOperator"] = function(reader, macros)
  local star = reader:accept("*")
  local name, body = read_macro_name(reader), reader:argument()
  if not name or not body then return false end
  local operator = { "\\operatorname", star and "*" or " ", body }
  macros[name] = { count = 0, body = operator }
  return true
end

DEFINITIONS["\\DeclarePairedDelimiter"] = function(reader, macros)
  local name, open, close = read_macro_name(reader), reader:argument(), reader:argument()
  if not name or not close then return false end
  macros[name] = { open = open, close = close }
  return true
end

-- \DeclarePairedDelimiterX\name[2]{left}{right}{body}; XPP has also arguments before and after the delimiters.
local function define_delimiter(has_outside)
  return function(reader, macros)
    local name, count = read_macro_name(reader), reader:option()
    local before = has_outside and reader:argument() or {}
    local open, close = reader:argument(), reader:argument()
    local after = has_outside and reader:argument() or {}
    local body = reader:argument()
    if not name or not body then return false end
    macros[name] = { open = open, close = close, before = before, after = after, body = body,
      count = tonumber(count and source(count)) or 1 }
    return true
  end
end
DEFINITIONS["\\DeclarePairedDelimiterX"] = define_delimiter(false)
DEFINITIONS["\\DeclarePairedDelimiterXPP"] = define_delimiter(true)

DEFINITIONS["\\definecolor"] = function(reader, _, _, colours)
  local name, model, value = reader:argument(), reader:argument(), reader:argument()
  if not value then return false end
  colours[trimmed(name)] = "[" .. trimmed(model) .. "]" .. trimmed(value)
  return true
end

DEFINITIONS["\\colorlet"] = function(reader, _, _, colours)
  local name, value = reader:argument(), reader:argument()
  if not value then return false end
  colours[trimmed(name)] = trimmed(value)
  return true
end

local function substitute(items, arguments)
  local out = copy_shell(items)
  local place = 1
  while place <= #items do
    local item = items[place]
    local number = item == "#" and tonumber(items[place + 1])
    if number and arguments[number] then
      for _, part in ipairs(arguments[number]) do out[#out + 1] = part end
      place = place + 1
    else
      out[#out + 1] = type(item) == "table" and substitute(item, arguments) or item
    end
    place = place + 1
  end
  return out
end

-- The delimiters of \abs{x}, \abs*{x} and \abs[\Big]{x} around their argument, or nil.
local function expand_delimiter(reader, macro)
  local star, size = reader:accept("*"), reader:option()
  local name = size and source(size):match("^%s*(\\%a+)%s*$")
  local arguments = {}
  for number = 1, macro.count or 1 do arguments[number] = reader:argument() end
  if #arguments < (macro.count or 1) then return nil end
  local body = macro.body and substitute(macro.body, arguments) or arguments[1]
  local out = {}
  local function put(items)
    for _, item in ipairs(items) do
      if item == "\\delimsize" then item = star and "\\middle" or name end
      out[#out + 1] = item
    end
  end
  put(macro.before and substitute(macro.before, arguments) or {})
  if star then
    local inside = out
    out = { kind = "fence", open = source(macro.open), close = source(macro.close) }
    put(body)
    inside[#inside + 1] = out
    out = inside
  else
    if name then out[#out + 1] = name .. "l" end
    put(macro.open)
    put(body)
    if name then out[#out + 1] = name .. "r" end
    put(macro.close)
  end
  put(macro.after and substitute(macro.after, arguments) or {})
  return out
end

-- The delimiter after \left or \right, which may be a macro without arguments.
local function expand_fence(name, macros)
  local macro = name and macros[name]
  return macro and macro.count == 0 and trimmed(macro.body) or name
end

-- Expand the macros of a list of items. Return nil if the expansion does not end.
local function expand(items, macros, colours, budget)
  local reader, out = read_items(items), copy_shell(items)
  while reader.place <= #items do
    local start = reader.place
    local item = reader:take()
    local define = type(item) == "string" and DEFINITIONS[item]
    local macro = type(item) == "string" and macros[item]
    if type(item) == "table" then
      local inner = expand(item, macros, colours, budget)
      if not inner then return nil end
      inner.open, inner.close = expand_fence(item.open, macros), expand_fence(item.close, macros)
      out[#out + 1] = inner
    elseif define then
      if not define(reader, macros, item, colours) then
        reader.place = start + 1
        out[#out + 1] = item
      end
    elseif macro then
      budget.count = budget.count + 1
      if budget.count > MOST_EXPANSIONS or budget.tokens > MOST_TOKENS then return nil end
      local expanded
      if macro.open then
        expanded = expand_delimiter(reader, macro)
      else
        local arguments = {}
        if macro.default then arguments[1] = reader:option() or macro.default end
        for number = #arguments + 1, macro.count do arguments[number] = reader:argument() end
        if #arguments == macro.count then expanded = substitute(macro.body, arguments) end
      end
      if not expanded then return nil end
      budget.tokens = budget.tokens + #expanded
      local inner = expand(expanded, macros, colours, budget)
      if not inner then return nil end
      for _, part in ipairs(inner) do out[#out + 1] = part end
    else
      out[#out + 1] = item
    end
  end
  return out
end

-- Writing -------------------------------------------------------------------------------------------------

local state -- of the formula that is written: ignored, labels, tags, rows, colours, is_display, level of scripts
local write, write_text -- functions that call each other

local function ignore(name)
  table.insert(state.ignored, name)
  return ""
end

-- A construct for markers.py: a box with a name and the TeX of its parts.
local function mark(name, ...)
  local parts = { ... }
  if #parts == 1 then return "\\boxed{\\text{" .. MARK .. name .. "}" .. parts[1] .. "}" end
  local out = ""
  for _, part in ipairs(parts) do out = out .. "\\boxed{\\text{" .. MARK .. "part}" .. part .. "}" end
  return "\\boxed{\\text{" .. MARK .. name .. "}" .. out .. "}"
end

local function write_argument(reader)
  local argument = reader:argument()
  return argument and write(argument) or ""
end

-- A colour as [model]value or an expression of names, with names that the section defines replaced.
local function read_colour(model, value)
  value = trimmed(value)
  if model then return "[" .. trimmed(model) .. "]" .. value end
  local function replace(name) return state.colours[name] end
  for _ = 1, 5 do
    local changed = value:gsub("^%s*([%w_-]+)", replace)
    if changed == value then break end
    value = changed
  end
  return value
end

local function colour_mark(kind, expression) return kind .. ":" .. expression:gsub("[#%%&_$~^\\{}]", "?") end

local COMMANDS = {} -- functions of a reader and the command that return TeX
local SWITCHES = {} -- functions of a reader and the command that return the function that writes the rest

local function add(names, handler)
  for name in names:gmatch("%S+") do COMMANDS["\\" .. name] = handler end
end

local function same(text) return function() return text end end

-- Commands that pandoc supports, with the same meaning.
for name, text in pairs {
  thinspace = "\\,", medspace = "\\:", thickspace = "\\;", negthinspace = "\\!",
  negmedspace = "\\hspace{-0.222em}", negthickspace = "\\hspace{-0.278em}", enspace = "\\hspace{0.5em}",
  enskip = "\\hspace{0.5em}", degree = "^{\\circ}", textdegree = "^{\\circ}",
  nobreakspace = "~", celsius = "^{\\circ}\\mathrm{C}", colon = "\\hspace{0.111em}\\mathord{:}\\hspace{0.333em}", vcentcolon = "\\mathrel{:}",
  dblcolon = "∷", surd = "√", mathellipsis = "\\ldots", textellipsis = "\\ldots",
  intop = "\\int", ointop = "\\oint", mathdollar = "\\$", mathsection = "§",
  mathparagraph = "¶", dag = "\\dagger", ddag = "\\ddagger", S = "§", P = "¶", copyright = "©", pounds = "£",
  square = "\\Box", upmu = "\\mathrm{\\mu}",
  longrightarrow = "⟶", longleftarrow = "⟵", longleftrightarrow = "⟷", longmapsto = "⟼", Longrightarrow = "⟹",
  Longleftarrow = "⟸", Longleftrightarrow = "⟺", iff = "\\;⟺\\;", implies = "\\;⟹\\;", impliedby = "\\;⟸\\;", underleftrightarrow = "\\underset{\\leftrightarrow}", euro = "€", texteuro = "€", newline = "\\\\", cr = "\\\\", colonsim = "∶∼",
  colonapprox = "∶≈", leqslant = "⩽", geqslant = "⩾",
  nleqslant = "\\not⩽", ngeqslant = "\\not⩾", nleqq = "\\not≦", ngeqq = "\\not≧", nsubseteqq = "\\not⫅", nsupseteqq = "\\not⫆",
  lvertneqq = "≨", gvertneqq = "≩", varsubsetneqq = "⫋", varsupsetneq = "⊋", varsupsetneqq = "⫌", shortmid = "∣",
  nshortmid = "∤", shortparallel = "∥", nshortparallel = "∦", thicksim = "∼", thickapprox = "≈", leadsto = "⇝",
  because = "\\mathrel{∵}", backepsilon = "\\mathrel{϶}", circlearrowleft = "\\mathrel{↺}",
  circlearrowright = "\\mathrel{↻}", dasharrow = "\\mathrel{⇢}", dashrightarrow = "\\mathrel{⇢}", amalg = "\\mathbin{⨿}",
  wr = "\\mathbin{≀}", centerdot = "\\mathbin{⬝}", backslash = "\\mathord{\\backslash}", circledS = "Ⓢ", diagup = "⟋",
  diagdown = "⟍", ldotp = "\\mathpunct{.}",
  lVert = "\\mathopen{\\|}", rVert = "\\mathclose{\\|}", lmoustache = "\\mathopen{⎰}", rmoustache = "\\mathclose{⎱}",
  arrowvert = "|", Arrowvert = "\\|",
} do COMMANDS["\\" .. name] = same(text) end

-- Commands for line breaks, page breaks or packages, which print nothing.
add("relax nobreak allowbreak displaylimits protect noindent indent leavevmode null hfil goodbreak break filbreak limits@ "
  .. "qedhere raggedbottom flushbottom normalbaselines frenchspacing nonfrenchspacing samepage ignorespaces unskip unpenalty "
  .. "phantomsection", same(""))
add("displaybreak allowdisplaybreaks pagebreak nopagebreak linebreak nolinebreak", function(reader)
  reader:option()
  return ""
end)
local PAGE_NUMBERS = "penalty postdisplaypenalty predisplaypenalty interdisplaylinepenalty interlinepenalty binoppenalty relpenalty "
  .. "clubpenalty widowpenalty displaywidowpenalty brokenpenalty hyphenpenalty exhyphenpenalty tolerance pretolerance looseness"
local PAGE_LENGTHS = "abovedisplayskip belowdisplayskip abovedisplayshortskip belowdisplayshortskip lineskip lineskiplimit "
  .. "baselineskip parskip parindent emergencystretch"
add(PAGE_NUMBERS, function(reader)
  reader:accept("=")
  reader:number()
  return ""
end)
add(PAGE_LENGTHS, function(reader)
  reader:accept("=")
  reader:length()
  return ""
end)
add("setlength addtolength", function(reader, command)
  local name = trimmed(reader:argument() or {})
  reader:argument()
  return (" " .. PAGE_LENGTHS .. " "):find(name:gsub("^\\", " ") .. " ", 1, true) and "" or ignore(command)
end)
add("require usepackage", function(reader)
  reader:option()
  reader:argument()
  return ""
end)

-- Commands without an effect here. Their arguments that are lengths or options are left out.
local IGNORED = {
  rotatebox = "om", scalebox = "m", resizebox = "mm", hfill = "", vspace = "*m", vskip = "l", hdashline = "", hfilneg = "", small = "", footnotesize = "", large = "",
  Large = "", LARGE = "", huge = "", Huge = "", normalsize = "", tiny = "", scriptsize = "",
  mathversion = "m", boldmath = "", unboldmath = "", arraystretch = "", arraycolsep = "=", jot = "=",
  mathsurround = "=", thinmuskip = "=", medmuskip = "=", thickmuskip = "=", adjustlimits = "",
  leftroot = "m", uproot = "m", raisebox = "moo", raise = "l", lower = "l", class = "m", cssId = "m",
  style = "m", href = "m", raisetag = "m", rule = "omm", centering = "", hyperref = "o", raggedright = "", raggedleft = "",
  smallskip = "", medskip = "", bigskip = "", vfill = "", newpage = "", clearpage = "", vadjust = "m", everymath = "m",
  everydisplay = "m", setcounter = "mm", addtocounter = "mm", stepcounter = "m", refstepcounter = "m",
  nulldelimiterspace = "=", scriptspace = "=", delimitershortfall = "=", delimiterfactor = "=", multlinegap = "=",
  hypertarget = "m", hyperlink = "m",
}
for name, arguments in pairs(IGNORED) do
  COMMANDS["\\" .. name] = function(reader)
    for kind in arguments:gmatch(".") do
      if kind == "m" then reader:argument() end
      if kind == "o" then reader:option() end
      if kind == "*" then reader:accept("*") end
      if kind == "=" then reader:accept("=") end
      if kind == "l" or kind == "=" then reader:length() end
    end
    return ignore("\\" .. name)
  end
end

-- Numbers of the formula and of its rows -------------------------------------------------------------------

COMMANDS["\\label"] = function(reader)
  local name = reader:argument()
  if name then table.insert(state.current.labels, (trimmed(name):gsub("%s+", "-"))) end
  return ""
end

COMMANDS["\\tag"] = function(reader)
  local star = reader:accept("*")
  local text = reader:argument()
  if not text then return "" end
  local words = state.in_words(source(text))
  table.insert(state.current.tags, star and words or "(" .. words .. ")")
  return ""
end

-- The number of plain TeX, which is the rest of the formula.
add("eqno leqno", function(reader)
  local text = state.in_words("$" .. source(reader:rest()) .. "$")
  if text ~= "" then table.insert(state.current.tags, text) end
  return ""
end)

add("nonumber notag", function()
  state.current.unnumbered = true
  return ""
end)

-- Sizes, colours, boxes and parts without size -------------------------------------------------------------

local function write_rest(wrap)
  return function(items) return wrap(write(items)) end
end

for _, name in ipairs { "display", "text", "script", "scriptscript" } do
  SWITCHES["\\" .. name .. "style"] = function()
    return write_rest(function(body) return mark("style:" .. name, body) end)
  end
end

SWITCHES["\\color"] = function(reader)
  local model, value = reader:option(), reader:argument()
  if not value then return write_rest(function(body) return body end) end
  local name = colour_mark("colour", read_colour(model, value))
  return write_rest(function(body) return mark(name, body) end)
end

COMMANDS["\\textcolor"] = function(reader)
  local model, value = reader:option(), reader:argument()
  local body = reader:argument()
  if not body then return "" end
  return mark(colour_mark("colour", read_colour(model, value)), write(body))
end

COMMANDS["\\colorbox"] = function(reader)
  local model, value, body = reader:option(), reader:argument(), reader:argument()
  if not body then return "" end
  return mark(colour_mark("background", read_colour(model, value)), write_text(body))
end

COMMANDS["\\fcolorbox"] = function(reader)
  local model, frame, value, body = reader:option(), reader:argument(), reader:argument(), reader:argument()
  if not body then return "" end
  local inner = mark(colour_mark("background", read_colour(model, value)), write_text(body))
  return mark(colour_mark("frame", read_colour(model, frame)), inner)
end

COMMANDS["\\bbox"] = function(reader)
  local option, body = reader:option(), write_argument(reader)
  for word in (option and source(option) or ""):gmatch("[^,]+") do
    local colour = word:match("^%s*(#?%w+)%s*$")
    if word:find("border") then
      body = "\\boxed{" .. body .. "}"
    elseif colour and not colour:match("^%d") then
      body = mark(colour_mark("background", colour:gsub("#(%x+)", "[HTML]%1")), body)
    end
  end
  return body
end

-- A box is in display style, also in an inline formula.
COMMANDS["\\boxed"] = function(reader)
  local body = write_argument(reader)
  return "\\boxed{" .. (state.is_display and body or mark("style:display", body)) .. "}"
end

-- Skip and report options that have no effect.
local function ignore_options(reader, command)
  for _ = 1, 2 do
    local option = reader:option()
    if option then ignore(command .. "[" .. trimmed(option) .. "]") end
  end
end

add("idotsint", function(reader)
  local body = "\\int\\cdots\\int"
  return reader:accept("\\limits") and mark("operator", body) or body
end)
add("widehat widetilde widecheck overrightarrow overleftarrow", function(reader, command)
  return mark("wide", (command == "\\widecheck" and "\\check" or command) .. "{" .. write_argument(reader) .. "}")
end)
add("widebar", function(reader) return "\\overline{" .. write_argument(reader) .. "}" end)
add("vcenter", function(reader) return "{" .. write_argument(reader) .. "}" end)
add("smallint", function() return mark("style:text", "\\int") end)

add("fbox framebox", function(reader, command)
  ignore_options(reader, command)
  local body = reader:argument()
  return body and "\\boxed{" .. write_text(body) .. "}" or ""
end)

COMMANDS["\\cancelto"] = function(reader)
  local value, body = write_argument(reader), write_argument(reader)
  return "{" .. mark("cancelto", body) .. "}^{" .. value .. "}"
end

for name, kind in pairs {
  hphantom = "hphantom", vphantom = "vphantom", mathclap = "clap", mathllap = "llap", mathrlap = "rlap",
} do
  COMMANDS["\\" .. name] = function(reader) return mark(kind, write_argument(reader)) end
end
for _, name in ipairs { "clap", "llap", "rlap" } do
  COMMANDS["\\" .. name] = function(reader)
    local body = reader:argument()
    return body and mark(name, write_text(body)) or ""
  end
end
COMMANDS["\\smash"] = function(reader)
  local option = reader:option()
  local side = option and trimmed(option):match("^[tb]$")
  return mark("smash" .. (side and ":" .. side or ""), write_argument(reader))
end

-- Spaces with lengths that pandoc rejects.
-- A length in em, or nil if its unit is unknown.
local function read_em(text)
  local number, unit = text:match("^%s*([+-]?%s*[%d.]+)%s*(%a%a)")
  local value = number and tonumber((number:gsub("%s", "")))
  return value and EM[unit] and value * EM[unit]
end

local function write_space(text)
  local width = read_em(text)
  return width and string.format("\\hspace{%.3fem}", width)
end

add("hspace mspace", function(reader, command)
  reader:accept("*")
  local length = reader:argument()
  return length and write_space(source(length)) or ignore(command)
end)

add("hskip kern mkern mskip", function(reader, command)
  return write_space(reader:length()) or ignore(command)
end)

-- Fractions, binomials, roots, scripts ------------------------------------------------------------------

-- A fraction whose rule has a thickness as text: none for an empty text, and no rule for 0pt.
local function write_fraction(above, below, thickness, form)
  local fraction = "\\frac{" .. above .. "}{" .. below .. "}"
  if not thickness:match("%S") then return fraction end
  local width = read_em(thickness)
  if width == 0 then return mark("nobar", fraction) end
  if width and width > MOST_USUAL_RULE then return mark(string.format("rule:%.3f", width), fraction) end
  if not width or width < LEAST_USUAL_RULE then ignore(string.format(form, thickness)) end
  return fraction
end

-- The parts of a displayed fraction are in text style, and those of any other are smaller.
add("frac dfrac tfrac", function(reader, command)
  local level, is_display = state.level, state.is_display
  if command ~= "\\frac" then state.level, state.is_display = 0, command == "\\dfrac" end
  if state.level > 0 or not state.is_display then state.level = state.level + 1 end
  state.is_display = false
  local above, below = reader:argument(), reader:argument()
  local parts = (above and "{" .. write(above) .. "}" or "") .. (below and "{" .. write(below) .. "}" or "")
  state.level, state.is_display = level, is_display
  return command .. parts
end)

local STRUT = mark("strut", "")
add("strut mathstrut", same(STRUT))

COMMANDS["\\cfrac"] = function(reader)
  local option = reader:option()
  local side = option and ({ l = "left", r = "right" })[trimmed(option)]
  local above, below = write_argument(reader), write_argument(reader)
  local fraction = "\\dfrac{" .. STRUT .. above .. "}{" .. below .. "}"
  return side and mark("numerator:" .. side, fraction) or fraction
end

local function binomial(style)
  return function(reader)
    return mark("style:" .. style, "\\binom{" .. write_argument(reader) .. "}{" .. write_argument(reader) .. "}")
  end
end
COMMANDS["\\dbinom"], COMMANDS["\\tbinom"] = binomial("display"), binomial("text")

COMMANDS["\\genfrac"] = function(reader)
  local open, close, thickness, style = reader:argument(), reader:argument(), reader:argument(), reader:argument()
  local above, below = write_argument(reader), write_argument(reader)
  if not style then return "\\genfrac" end
  local body = write_fraction(above, below, trimmed(thickness), "\\genfrac{}{}{%s}")
  local function fence(items) return trimmed(items) == "" and "." or trimmed(items) end
  if trimmed(open) ~= "" or trimmed(close) ~= "" then
    body = join { "\\left" .. fence(open), body, "\\right" .. fence(close) }
  end
  local name = ({ ["0"] = "display", ["1"] = "text", ["2"] = "script", ["3"] = "scriptscript" })[trimmed(style)]
  return name and mark("style:" .. name, body) or body
end

add("nicefrac sfrac", function(reader, command)
  ignore_options(reader, command)
  return "{}^{" .. write_argument(reader) .. "}\\!/\\!{}_{" .. write_argument(reader) .. "}"
end)

COMMANDS["\\root"] = function(reader)
  local degree = {}
  while reader:peek() and reader:peek() ~= "\\of" do degree[#degree + 1] = reader:take() end
  if not reader:accept("\\of") then return "\\root" end
  return "\\sqrt[" .. write(degree) .. "]{" .. write_argument(reader) .. "}"
end

COMMANDS["\\sqrt"] = function(reader)
  local degree = reader:option()
  return "\\sqrt" .. (degree and "[{" .. write(degree) .. "}]" or "") .. "{" .. write_argument(reader) .. "}"
end

COMMANDS["\\buildrel"] = function(reader)
  local above = {}
  while reader:peek() and reader:peek() ~= "\\over" do above[#above + 1] = reader:take() end
  reader:accept("\\over")
  return "\\overset{" .. write(above) .. "}{" .. write_argument(reader) .. "}"
end

COMMANDS["\\overunderset"] = function(reader)
  local above, below = write_argument(reader), write_argument(reader)
  return "\\overset{" .. above .. "}{\\underset{" .. below .. "}{" .. write_argument(reader) .. "}}"
end
local SIGNS_OF_ACCENTS = { ["\\tilde"] = "\\sim", ["\\hat"] = "\\wedge", ["\\check"] = "\\vee", ["\\dot"] = ".",
  ["\\bar"] = "-", ["\\vec"] = "\\rightarrow", ["\\breve"] = "\\smile", ["\\ddot"] = ".." }
COMMANDS["\\underaccent"] = function(reader)
  local accent = reader:argument()
  local sign = accent and SIGNS_OF_ACCENTS[trimmed(accent)] or accent and write(accent) or ""
  return "\\underset{" .. sign .. "}{" .. write_argument(reader) .. "}"
end
COMMANDS["\\stackbin"] = function(reader)
  return "\\overset{" .. write_argument(reader) .. "}{" .. write_argument(reader) .. "}"
end
COMMANDS["\\not"] = function(reader)
  while reader:accept("\\!") or reader:accept("\\mathrel") do end
  return "\\not"
end
COMMANDS["\\slashed"] = function(reader) return "\\not " .. write_argument(reader) end

COMMANDS["\\prescript"] = function(reader)
  local above, below = write_argument(reader), write_argument(reader)
  return mark("prescript", below, above, write_argument(reader), "", "")
end

-- The lower and upper script in an argument such as {_a^b}.
local function read_scripts(items)
  local reader, found = read_items(items or {}), { _ = "", ["^"] = "" }
  while reader:peek() do
    local sign = reader:take()
    if sign == "_" or sign == "^" then
      found[sign] = found[sign] .. write_argument(reader)
    elseif sign == "'" then
      found["^"] = found["^"] .. "\\prime "
    end
  end
  return found
end

COMMANDS["\\sideset"] = function(reader)
  local before, after = read_scripts(reader:argument()), read_scripts(reader:argument())
  local base, scripts = write_argument(reader), ""
  while reader:peek() == "_" or reader:peek() == "^" or reader:peek() == "\\limits" do
    local sign = reader:take()
    if sign ~= "\\limits" then scripts = scripts .. sign .. "{" .. write_argument(reader) .. "}" end
  end
  local body = mark("prescript", before._, before["^"], base, after._, after["^"])
  return scripts == "" and body or mark("operator", body) .. scripts
end

for name, arrow in pairs {
  xRightarrow = "⇒", xLeftarrow = "⇐", xLeftrightarrow = "⇔", xleftrightarrow = "↔", xhookrightarrow = "↪",
  xhookleftarrow = "↩", xmapsto = "↦", xrightharpoonup = "⇀", xrightharpoondown = "⇁", xleftharpoonup = "↼",
  xleftharpoondown = "↽", xrightleftharpoons = "⇌", xleftrightharpoons = "⇋", xlongequal = "=",
  xtwoheadrightarrow = "↠",
} do
  COMMANDS["\\" .. name] = function(reader)
    local below, above = reader:option(), write_argument(reader)
    return mark("arrow:" .. arrow, below and write(below) or "", above)
  end
end

-- The last of several commands decides: \max\limits_x\nolimits^2.
add("limits nolimits", function(reader, command)
  local start, last = reader.place, command
  while true do
    local item = reader:peek()
    if item == "\\limits" or item == "\\nolimits" then
      last = table.remove(reader.items, reader.place)
    elseif item == "_" or item == "^" then
      reader:take()
      if not reader:argument() then break end
    else
      break
    end
  end
  reader.items[start - 1], reader.place = last, start
  return last
end)

-- Operators whose scripts pandoc does not write as limits in displayed formulas.
for operator in ("\\bigoplus \\bigotimes \\bigodot \\biguplus ⨀ ⨁ ⨂ ⨃ ⨄ ⨅"):gmatch("%S+") do
  COMMANDS[operator] = function(reader)
    local has_scripts = state.is_display and (reader:peek() == "_" or reader:peek() == "^")
    return operator .. (has_scripts and "\\limits" or "")
  end
end

for name, body in pairs {
  varlimsup = "\\overline{\\lim}", varliminf = "\\underline{\\lim}", varinjlim = "\\underrightarrow{\\lim}",
  varprojlim = "\\underleftarrow{\\lim}",
} do
  COMMANDS["\\" .. name] = function() return mark("operator", body) end
end
add("injlim", same("\\operatorname*{injlim}"))
add("projlim", same("\\operatorname*{projlim}"))

COMMANDS["\\operatornamewithlimits"] = function(reader)
  return "\\operatorname*{" .. write_argument(reader) .. "}"
end

-- Dots are centred between operators, and on the baseline in lists.
local OPERATORS = {}
for sign in ("+ - = < > * / \\cdot \\times \\pm \\mp \\le \\leq \\ge \\geq \\ne \\neq \\equiv \\sim \\simeq \\approx \\cong "
  .. "\\subset \\subseteq \\supset \\supseteq \\cup \\cap \\wedge \\vee \\land \\lor \\oplus \\otimes \\circ \\ast \\to "
  .. "\\rightarrow \\longrightarrow \\Rightarrow \\implies \\iff \\ll \\gg \\prec \\succ \\preceq \\succeq \\div "
  .. "\\leqslant \\geqslant \\sqcup \\sqcap \\uplus \\in \\sum \\prod \\int"):gmatch("%S+") do OPERATORS[sign] = true end
COMMANDS["\\dots"] = function(reader) return OPERATORS[reader:peek()] and "\\cdots" or "\\ldots" end

-- The space before the modulus is wide in display formulas; pandoc's is narrow, as is its space after "mod".
add("pmod pod", function(reader, command)
  local space = state.is_display and "\\hspace{0.778em}" or "\\hspace{0.222em}"
  return space .. command .. "{" .. (command == "\\pmod" and "\\hspace{0.111em}" or "") .. write_argument(reader) .. "}"
end)

-- Other commands of amsmath, mathtools and braket.
add("smashoperator", function(reader)
  local option = reader:option()
  local side = option and ({ l = "left", r = "right" })[trimmed(option)]
  if side then return mark("overlap:" .. side, write_argument(reader)) end
  if option and trimmed(option) ~= "lr" then
    ignore("\\smashoperator[" .. trimmed(option) .. "]")
    return write_argument(reader)
  end
  local body, is_limit = { kind = "group" }, false
  for _, item in ipairs(reader:argument() or {}) do
    body[#body + 1] = is_limit and { kind = "group", "\\mathclap", item } or item
    is_limit = item == "_" or item == "^"
  end
  return write(body)
end)
COMMANDS["\\cramped"] = same("")
add("underbracket overbracket", function(reader, command)
  ignore_options(reader, command)
  return command .. "{" .. write_argument(reader) .. "}"
end)
add("shoveleft shoveright", function(reader, command)
  local body = write_argument(reader)
  if state.is_multline then return mark("line:" .. (command == "\\shoveleft" and "left" or "right"), body) end
  ignore(command)
  return "{" .. body .. "}"
end)

-- \mathmakebox[width][l, c or r]{body}, and \makebox with text
add("mathmakebox makebox", function(reader, command)
  local width, side = reader:option(), reader:option()
  local body = command == "\\makebox" and write_text(reader:argument() or {}) or write_argument(reader)
  if not width or trimmed(width) == "\\width" then return "{" .. body .. "}" end
  local size = tonumber(trimmed(width)) == 0 and 0 or read_em(trimmed(width))
  if not size then
    ignore(command .. "[" .. trimmed(width) .. "]")
    return "{" .. body .. "}"
  end
  local function space(share) return string.format("\\hspace{%.3fem}", size * share) end
  side = side and trimmed(side) or "c"
  if side == "l" then return mark("rlap", body) .. space(1) end
  if side == "r" then return space(1) .. mark("llap", body) end
  return space(0.5) .. mark("clap", body) .. space(0.5)
end)

-- The two halves of \Aboxed{left & right}, which split_rows separates: each is as high as both.
for name, sides in pairs { left = "left top bottom", right = "right top bottom" } do
  COMMANDS["\\Aboxed@" .. name] = function(reader)
    local body, other = write_argument(reader), write_argument(reader)
    return mark("sides:" .. sides, mark("vphantom", other) .. (name == "right" and "{}" or "") .. body)
  end
end
COMMANDS["\\Aboxed"] = COMMANDS["\\boxed"]

-- Pandoc has relations for these.
for name, dots in pairs { ddots = "⋱", iddots = "⋰", adots = "⋰" } do
  COMMANDS["\\" .. name] = same("\\mathord{" .. dots .. "}")
end

-- Vertical dots as wide as a relation, most of which are 0.78 em wide.
add("vdotswithin", function(reader)
  reader:argument()
  return "\\hspace{0.45em}\\vdots\\hspace{0.45em}"
end)
add("undertilde utilde", function(reader) return "\\underset{\\sim}{" .. write_argument(reader) .. "}" end)
add("sout", function(reader)
  local body = reader:argument()
  return mark("strike", body and write_text(body) or "")
end)
for name, fences in pairs {
  bra = { "\\langle", "|" }, ket = { "|", "\\rangle" }, braket = { "\\langle", "\\rangle" }, set = { "\\{\\,", "\\,\\}" },
  Bra = { "\\left\\langle", "\\right|" }, Ket = { "\\left|", "\\right\\rangle" },
  Braket = { "\\left\\langle", "\\right\\rangle" }, Set = { "\\left\\{\\:", "\\:\\right\\}" },
} do
  COMMANDS["\\" .. name] = function(reader)
    local body = reader:argument()
    local items = { kind = "group" }
    for _, item in ipairs(body or {}) do
      local space = name == "Set" and "\\;" or ""
      local bar = item == "|" and (name:match("^[BS]") and { space, "\\middle", "|", space } or name == "set" and { "\\mid" })
      for _, part in ipairs(bar or { item }) do items[#items + 1] = part end
    end
    local only = #items == 1 and type(items[1]) == "string" and items[1]:match("arrow$")
    local inside = only and "\\mathord{" .. items[1] .. "}" or write(items)
    return mark("class:inner", fences[1] .. " " .. inside .. fences[2])
  end
end

-- The class of a part. Pandoc supports it for a single character.
local function is_sign(items)
  local found = trimmed(items)
  return utf8.len(found) == 1 or found:match("^\\%a+$") or found:match("^\\.$")
end

COMMANDS["\\mathop"] = function(reader)
  local body = reader:argument()
  if not body then return "\\mathop" end
  local name = trimmed(body)
  local word = name:match("^\\rm%s+(%a+)$") or name:match("^\\mathrm%s*{([%a%s]+)}$")
    or name:match("^\\text%a*%s*{(%a+)}$") or name:match("^\\operatorname%*?%s*{(%a+)}$")
  if word then return "\\operatorname*{" .. word .. "}" end
  if is_sign(body) then return "\\mathop{" .. write(body) .. "}" end
  return mark("operator", write(body))
end

for name, kind in pairs { mathbin = "bin", mathrel = "rel" } do
  COMMANDS["\\" .. name] = function(reader, command)
    local body = reader:argument()
    if not body then return command end
    if trimmed(body):match("^\\mathop%s*{?:}?$") then body = { ":" } end -- a colon of a definition
    if is_sign(body) and not trimmed(body):match("^%a$") then return command .. "{" .. write(body) .. "}" end
    return mark("class:" .. kind, write(body))
  end
end
COMMANDS["\\mathinner"] = function(reader) return mark("class:inner", write_argument(reader)) end
for _, name in ipairs { "mathopen", "mathclose", "mathpunct", "mathord" } do
  COMMANDS["\\" .. name] = function(reader, command)
    local body = reader:argument()
    if not body then return command end
    if command == "\\mathord" and not is_sign(body) then return mark("class:ord", write(body)) end
    return (is_sign(body) and command or "") .. "{" .. write(body) .. "}"
  end
end

COMMANDS["\\mathchoice"] = function(reader)
  local forms = { write_argument(reader), write_argument(reader), write_argument(reader), write_argument(reader) }
  return "{" .. forms[state.level > 0 and math.min(state.level, 2) + 2 or state.is_display and 1 or 2] .. "}"
end

-- Delimiters ----------------------------------------------------------------------------------------------

-- The delimiters of LaTeX, amsmath, mathtools, stmaryrd and unicode-math: a sign, and the commands for it.
local DELIMITERS = { ["<"] = "⟨", [">"] = "⟩" }
for entry in ([=[. ; ( lparen ; ) rparen ; [ lbrack ; ] rbrack ; { { lbrace ; } } rbrace ; | vert lvert rvert arrowvert ;
  ‖ | Vert lVert rVert Arrowvert ; ⦀ Vvert ; ⎪ bracevert ; / ; ∖ backslash ; ⟨ langle lang lt ; ⟩ rangle rang gt ;
  ⌈ lceil ; ⌉ rceil ; ⌊ lfloor ; ⌋ rfloor ; ⌜ ulcorner ; ⌝ urcorner ; ⌞ llcorner ; ⌟ lrcorner ;
  ⟦ lBrack llbracket ; ⟧ rBrack rrbracket ; ⟪ lAngle llangle ; ⟫ rAngle rrangle ; ⟮ lgroup ; ⟯ rgroup ;
  ⎰ lmoustache ; ⎱ rmoustache ; ⦃ lBrace ; ⦄ rBrace ; ⦅ lParen ; ⦆ rParen ; ⦇ llparenthesis ; ⦈ rrparenthesis ;
  ❲ lbrbrak ; ❳ rbrbrak ; ⟬ Lbrbrak ; ⟭ Rbrbrak ; ⦗ lblkbrbrak ; ⦘ rblkbrbrak ; ⦋ lbrackubar ; ⦌ rbrackubar ;
  ⦍ lbrackultick ; ⦎ rbracklrtick ; ⦏ lbracklltick ; ⦐ rbrackurtick ; ⦑ langledot ; ⦒ rangledot ; ⦓ lparenless ;
  ⦔ rparengtr ; ⦕ Lparengtr ; ⦖ Rparenless ; ⧘ lvzigzag ; ⧙ rvzigzag ; ⧚ Lvzigzag ; ⧛ Rvzigzag ; ⧼ lcurvyangle ;
  ⧽ rcurvyangle ; ↑ uparrow ; ↓ downarrow ; ↕ updownarrow ; ⇑ Uparrow ; ⇓ Downarrow ; ⇕ Updownarrow ; ⤊ Uuparrow ;
  ⤋ Ddownarrow]=]):gmatch("[^;]+") do
  local sign, names = entry:match("(%S+)(.*)")
  if not sign:match("[{}]") then DELIMITERS[sign] = sign end
  for name in names:gmatch("%S+") do DELIMITERS["\\" .. name] = sign end
end
local PANDOC_DELIMITERS = { ["❴"] = "\\{", ["❵"] = "\\}", ["{"] = "\\{", ["}"] = "\\}", ["‖"] = "\\|", ["⟨"] = "\\langle",
  ["⟩"] = "\\rangle", ["⌈"] = "\\lceil", ["⌉"] = "\\rceil", ["⌊"] = "\\lfloor", ["⌋"] = "\\rfloor", ["⌜"] = "\\ulcorner",
  ["⌝"] = "\\urcorner", ["⟦"] = "\\llbracket", ["⟧"] = "\\rrbracket" }
for sign in (".()[]|"):gmatch(".") do PANDOC_DELIMITERS[sign] = sign end
local OPENING, CLOSING = "([{⟨⌈⌊⌜⟦", ")]}⟩⌉⌋⌝⟧" -- of those of pandoc

-- Delimiters of an explicit size. Those that pandoc lacks, or has with another side, are marked.
for _, size in ipairs { "big", "Big", "bigg", "Bigg" } do
  for _, side in ipairs { "", "l", "r", "m" } do
    COMMANDS["\\" .. size .. side] = function(reader, command)
      local start = reader.place
      local sign = DELIMITERS[trimmed(reader:argument() or {})]
      if sign == "." then return "" end
      if not sign then
        reader.place = start
        return command
      end
      local reversed = ({ l = CLOSING, r = OPENING })[side]
      local name = PANDOC_DELIMITERS[sign]
      if sign == "|" and side == "r" then name = "\\rvert" end
      if name and side ~= "m" and not (reversed and reversed:find(sign, 1, true)) then return join { command, name } end
      local marked = mark("size:" .. size .. side, name or sign)
      return side == "m" and mark("class:rel", marked) or marked
    end
  end
end
for name, sign in pairs(DELIMITERS) do
  if not PANDOC_DELIMITERS[sign] and name:match("^\\") and not COMMANDS[name] then COMMANDS[name] = same(sign) end
end

-- Alphabets ------------------------------------------------------------------------------------------------

-- Pandoc would make the letters of \mathbf italic, so they are written in another alphabet first.
for name, face in pairs {
  mathbf = "mathbfsfup", mathnormal = "", mathbbm = "mathbb", mathds = "mathbb", mathup = "mathrm",
} do
  COMMANDS["\\" .. name] = function(reader)
    local body = write_argument(reader)
    return face == "" and "{" .. body .. "}" or "\\" .. face .. "{" .. body .. "}"
  end
end

-- Font switches of plain TeX, up to the end of a group.
local FACES = { rm = "rm", bf = "bfsfup", it = "it", tt = "tt", sf = "sf", sl = "it", cal = "cal", mit = "" }
for name, face in pairs(FACES) do
  SWITCHES["\\" .. name] = function()
    return write_rest(function(body) return (face == "" and "" or "\\math" .. face) .. "{" .. body .. "}" end)
  end
end

-- Text -----------------------------------------------------------------------------------------------------

local TEXT_FACES = {
  text = {}, textrm = {}, textup = {}, textmd = {}, textnormal = {}, mbox = {}, hbox = {},
  textbf = { bold = true }, textit = { italic = true }, textsl = { italic = true }, emph = { italic = true },
  texttt = { family = "monospace" }, textsf = { family = "sans-serif" }, textsc = { caps = true },
}
local TEXT_SWITCHES = {
  rm = {}, bf = { bold = true }, it = { italic = true }, tt = { family = "monospace" }, sl = { italic = true },
  sf = { family = "sans-serif" }, bfseries = { bold = true }, itshape = { italic = true }, em = { italic = true },
  ttfamily = { family = "monospace" }, sffamily = { family = "sans-serif" }, scshape = { caps = true },
  rmfamily = {}, upshape = {}, normalfont = {}, mdseries = {}, slshape = { italic = true },
}
local TEXT_SIZES = { tiny = "scriptscript", scriptsize = "script" }
local TEXT_SIGNS = {
  ["~"] = "\u{A0}", ["\\ "] = " ", ["\\,"] = "\u{2009}", ["\\;"] = "\u{2005}", ["\\:"] = "\u{2005}",
  ["\\quad"] = "\u{2003}", ["\\qquad"] = "\u{2003}\u{2003}", ["\\textbackslash"] = "\\backslash",
  ["\\ldots"] = "…", ["\\dots"] = "…", ["\\textellipsis"] = "…", ["\\-"] = "", ["\\/"] = "", ["\\\\"] = " ",
  ["\\newline"] = " ", ["\\ss"] = "ß", ["\\ae"] = "æ", ["\\AE"] = "Æ", ["\\o"] = "ø", ["\\O"] = "Ø",
  ["\\aa"] = "å", ["\\AA"] = "Å", ["\\l"] = "ł", ["\\L"] = "Ł", ["\\i"] = "ı", ["\\j"] = "ȷ", ["\\S"] = "§",
  ["\\P"] = "¶", ["\\dag"] = "†", ["\\ddag"] = "‡", ["\\copyright"] = "©", ["\\pounds"] = "£",
  ["\\euro"] = "€", ["\\texteuro"] = "€", ["\\textdegree"] = "°", ["\\textendash"] = "–", ["\\textemdash"] = "—",
  ["\\textquotedblleft"] = "“", ["\\textquotedblright"] = "”", ["\\textquoteleft"] = "‘",
  ["\\textquoteright"] = "’", ["\\TeX"] = "TeX", ["\\LaTeX"] = "LaTeX", ["\\relax"] = "", ["\\strut"] = "",
  ["\\par"] = " ", ["\\noindent"] = "", ["\\thinspace"] = "\u{2009}", ["\\enspace"] = "\u{2002}",
  ["\\textunderscore"] = "\\_", ["\\xspace"] = "", ["\\protect"] = "", ["\\textasciitilde"] = "˜",
}
local ACCENTS = {
  ["'"] = "\u{301}", ["`"] = "\u{300}", ["^"] = "\u{302}", ['"'] = "\u{308}", ["~"] = "\u{303}", ["="] = "\u{304}",
  ["."] = "\u{307}", u = "\u{306}", v = "\u{30C}", H = "\u{30B}", c = "\u{327}", k = "\u{328}", r = "\u{30A}",
}

-- Text in a style: \text, \textbf … for one property, otherwise a marker with a MathML name.
local function write_text_run(text, face)
  if text == "" then return "" end
  local variant
  if face.family == "monospace" then
    variant = "monospace"
  elseif face.family then
    variant = (face.bold and "bold-" or "") .. "sans-serif" .. (face.italic and not face.bold and "-italic" or "")
    variant = face.bold and face.italic and "sans-serif-bold-italic" or variant
  else
    variant = face.bold and face.italic and "bold-italic" or face.bold and "bold" or face.italic and "italic"
  end
  local run
  if variant == "monospace" then
    run = "\\texttt{" .. text .. "}"
  elseif variant == "sans-serif" then
    run = "\\textsf{" .. text .. "}"
  elseif variant == "bold" then
    run = "\\textbf{" .. text .. "}"
  elseif variant == "italic" then
    run = "\\textit{" .. text .. "}"
  elseif variant then
    run = mark("variant:" .. variant, "\\text{" .. text .. "}")
  else
    run = "\\text{" .. text .. "}"
  end
  return face.caps and mark("smallcaps", run) or run
end

local function with_face(face, change)
  local out = {}
  for key, value in pairs(face) do out[key] = value end
  for key, value in pairs(change) do out[key] = value end
  return out
end

-- References to numbers, as texts "\u{E004}COMMAND:NAME\u{E005}", which passes/cross_references.py replaces.
local REFERENCES = { ref = true, eqref = true, autoref = true, cref = true, Cref = true }

local function mark_reference(command, name)
  local safe = name:gsub("%s*,%s*", ","):gsub("%s+", "-"):gsub("[^%w:./,-]", function(sign) return string.format("=%02X", sign:byte()) end)
  return "\u{E004}" .. command .. ":" .. safe .. "\u{E005}"
end

local function read_reference(reader, command)
  reader:accept("*")
  local name = reader:argument()
  return name and mark_reference(command, trimmed(name)) or ""
end

for name in pairs(REFERENCES) do
  COMMANDS["\\" .. name] = function(reader) return "\\text{" .. read_reference(reader, name) .. "}" end
end

-- Write items of text: runs of text in font styles, and formulas between dollar signs.
function write_text(items, face)
  face = face or {}
  local reader, out, buffer = read_items(items), {}, {}
  local function flush()
    if #buffer > 0 then out[#out + 1] = write_text_run(table.concat(buffer), face) end
    buffer = {}
  end
  local function put(piece)
    flush()
    out[#out + 1] = piece
  end
  while reader.place <= #items do
    local item = reader:take()
    local name = type(item) == "string" and item:match("^\\(%a+)$")
    if type(item) == "table" then
      if item.kind == "group" then put(write_text(item, face)) else put(write { item }) end
    elseif item == "$" or item == "\\(" then
      local formula = { kind = "group" }
      local close = item == "$" and "$" or "\\)"
      while reader.items[reader.place] and reader.items[reader.place] ~= close do
        formula[#formula + 1] = reader:take()
      end
      reader:take()
      put("{" .. write(formula) .. "}")
    elseif TEXT_SIGNS[item] then
      buffer[#buffer + 1] = TEXT_SIGNS[item]
      if name and reader.items[reader.place] == " " then reader:take() end
    elseif REFERENCES[name] then
      buffer[#buffer + 1] = read_reference(reader, name)
    elseif name and TEXT_FACES[name] then
      local body = reader:argument()
      if body then put(write_text(body, with_face(face, TEXT_FACES[name]))) end
    elseif name and TEXT_SWITCHES[name] then
      reader:skip()
      flush()
      face = with_face(face, TEXT_SWITCHES[name])
    elseif name and TEXT_SIZES[name] then
      reader:skip()
      put(mark("style:" .. TEXT_SIZES[name], write_text(reader:rest(), face)))
    elseif name == "textsuperscript" or name == "textsubscript" then
      local body = reader:argument()
      put("{}" .. (name == "textsuperscript" and "^" or "_") .. "{" .. (body and write_text(body, face) or "") .. "}")
    elseif type(item) == "string" and item:match("^\\") and ACCENTS[item:sub(2)] then
      local letter = reader:argument()
      letter = letter and trimmed(letter):gsub("^\\([ij])$", { i = "ı", j = "ȷ" }) or ""
      buffer[#buffer + 1] = letter .. ACCENTS[item:sub(2)]
    elseif name == "ensuremath" then
      put("{" .. write_argument(reader) .. "}")
    elseif name and (COMMANDS[item] or SWITCHES[item]) then
      if SWITCHES[item] and name == "color" then
        local model, value = reader:option(), reader:argument()
        put(value and mark(colour_mark("colour", read_colour(model, value)), write_text(reader:rest(), face)) or "")
      elseif name == "textcolor" then
        local model, value, body = reader:option(), reader:argument(), reader:argument()
        put(body and mark(colour_mark("colour", read_colour(model, value)), write_text(body, face)) or "")
      else
        put(COMMANDS[item] and COMMANDS[item](reader, item) or "")
      end
    else
      buffer[#buffer + 1] = item
    end
  end
  flush()
  return #out == 1 and out[1] or "{" .. table.concat(out) .. "}"
end

for name, face in pairs(TEXT_FACES) do
  COMMANDS["\\" .. name] = function(reader)
    local body = reader:argument()
    return body and write_text(body, face) or "\\" .. name
  end
end
local write_horizontal_box = COMMANDS["\\hbox"]
COMMANDS["\\hbox"] = function(reader, command)
  if reader:accept("t") and reader:accept("o") then
    reader:length()
    ignore("\\hbox to")
  end
  return write_horizontal_box(reader, command)
end
add("textsuperscript textsubscript", function(reader, command)
  local body = reader:argument()
  return "{}" .. (command == "\\textsuperscript" and "^" or "_") .. "{" .. (body and write_text(body) or "") .. "}"
end)
COMMANDS["\\parbox"] = function(reader, command)
  ignore_options(reader, command)
  reader:argument()
  ignore(command)
  return write_text(reader:argument() or {})
end
add("qed", same("\\quad\\mathord{□}"))
add("qedsymbol", same("\\mathord{□}"))
COMMANDS["\\/"] = same("")
add("ensuremath", function(reader) return "{" .. write_argument(reader) .. "}" end)

-- Rows and cells -------------------------------------------------------------------------------------------

local RULES = { ["\\hline"] = "solid", ["\\hdashline"] = "dashed", ["\\toprule"] = "solid", ["\\midrule"] = "solid",
  ["\\bottomrule"] = "solid", ["\\firsthline"] = "solid", ["\\lasthline"] = "solid" }

-- Split the items of an environment into rows. A row has cells, the rules above it, and \intertext above it.
local function split_rows(items)
  local rows = {}
  local function new_row() return { cells = { { kind = "group" } }, rules = {}, texts = {} } end
  local row, reader = new_row(), read_items(items)
  local function is_at_start()
    if #row.cells > 1 then return false end
    for _, item in ipairs(row.cells[1]) do if item ~= " " then return false end end
    return true
  end
  while reader.place <= #items do
    local item = reader:take()
    if item == "&" then
      table.insert(row.cells, { kind = "group" })
    elseif item == "\\\\" or item == "\\cr" or item == "\\newline" or item == "\\tabularnewline" then
      if reader.items[reader.place] == "*" then reader:take() end
      local space = reader.items[reader.place] == "[" and reader:option()
      if space then row.space = source(space) end
      table.insert(rows, row)
      row = new_row()
    elseif item == "\\hdotsfor" then
      reader:option()
      local count = reader:argument()
      local columns = math.min(tonumber(count and trimmed(count)) or 1, MOST_COLUMNS)
      table.insert(row.cells[#row.cells], columns > 1 and mark("dots:" .. columns, "\\ldots") or "\\ldots")
      for _ = 2, columns do table.insert(row.cells, { kind = "group", "\\ldots" }) end
    elseif item == "\\multicolumn" then
      local count, columns, body = reader:argument(), reader:argument(), reader:argument()
      local cell, span = row.cells[#row.cells], math.min(count and tonumber(trimmed(count)) or 1, MOST_COLUMNS)
      cell.span, cell.columns = span, columns or {}
      for _, part in ipairs(body or {}) do table.insert(cell, part) end
      for _ = 2, span do table.insert(row.cells, { kind = "group" }) end -- so that later cells keep their column
    elseif item == "\\MoveEqLeft" then
      local option = reader:option()
      local space = option and tonumber(trimmed(option)) or 2
      table.insert(row.cells[#row.cells], string.format("\\hspace{%gem}", space))
      table.insert(row.cells, { kind = "group", string.format("\\hspace{%gem}", -space) })
    elseif item == "\\Aboxed" then
      local left, right = { kind = "group" }, nil
      for _, part in ipairs(reader:argument() or {}) do
        if part == "&" and not right then
          right = { kind = "group" }
        else
          table.insert(right or left, part)
        end
      end
      local cell = row.cells[#row.cells]
      if right then
        table.move({ "\\Aboxed@left", left, right }, 1, 3, #cell + 1, cell)
        table.insert(row.cells, { kind = "group", "\\Aboxed@right", right, left })
      else
        table.move({ item, left }, 1, 2, #cell + 1, cell)
      end
    elseif (item == "\\shortvdotswithin" or item == "\\shortvdotswithin*") and is_at_start() then
      local is_before = reader:accept("*")
      local dots = { kind = "group", "\\vdotswithin", reader:argument() or {} }
      local cells = is_before and { dots, { kind = "group" } } or { { kind = "group" }, dots }
      table.insert(rows, { cells = cells, rules = {}, texts = row.texts })
      row = new_row()
    elseif RULES[item] and is_at_start() then
      if item ~= "\\hline" and item ~= "\\hdashline" then reader:option() end
      table.insert(row.rules, RULES[item])
    elseif (item == "\\cline" or item == "\\cmidrule") and is_at_start() then
      if item == "\\cmidrule" then reader:option() end
      local range = reader:argument()
      table.insert(row.rules, range and trimmed(range) or "")
    elseif (item == "\\intertext" or item == "\\shortintertext") and is_at_start() then
      local text = reader:argument()
      table.insert(row.texts, text and write_text(text) or "")
    else
      table.insert(row.cells[#row.cells], item)
    end
  end
  if not is_at_start() or #rows == 0 then
    table.insert(rows, row)
  else
    rows.rules, rows.texts = row.rules, row.texts -- after the last row
  end
  return rows
end

local function code_rule(count) return count < 0 and "d" or count > 1 and "2" or tostring(count) end

-- The columns of an array: alignments, the rules between them, and what >{} and @{} add to cells. A column is
-- tight if it follows the one before it without space.
local function read_columns(items)
  local columns, rules, reader = {}, { 0 }, read_items(items)
  local before, is_tight
  local function merge(first, second)
    if not first then return second end
    local out = { kind = "group" }
    for _, part in ipairs(first) do out[#out + 1] = part end
    for _, part in ipairs(second) do out[#out + 1] = part end
    return out
  end
  while reader:peek() and #columns < MOST_COLUMNS do
    local item = reader:take()
    if item == "l" or item == "c" or item == "r" then
      table.insert(columns, { align = item, before = before, is_tight = is_tight })
      table.insert(rules, 0)
      before, is_tight = nil, false
    elseif item == "|" then
      rules[#rules] = rules[#rules] + 1
    elseif item == ":" then
      rules[#rules] = -1
    elseif item == "*" then
      local count, part = reader:argument(), reader:argument()
      local number = math.min(tonumber(count and source(count)) or 0, MOST_COLUMNS)
      local copies = { kind = "group" }
      for _ = 1, part and number or 0 do for _, one in ipairs(part) do copies[#copies + 1] = one end end
      for _, one in ipairs(reader:rest()) do copies[#copies + 1] = one end
      reader = read_items(copies)
    elseif item == ">" then
      before = merge(before, reader:argument() or {})
    elseif item == "@" or item == "!" then
      local text = reader:argument() or {}
      is_tight = trimmed(text) == ""
      if trimmed(text):gsub("\\[,;:! ]", ""):match("%S") and not trimmed(text):match("^\\h?s?q?q?[%a]*{?[%w.]*}?$") then
        before = merge(before, text)
      end
    elseif item == "<" then
      local text = reader:argument() or {}
      if #columns > 0 then columns[#columns].after = merge(columns[#columns].after, text) end
    elseif item == "p" or item == "m" or item == "b" or item == "w" then
      reader:argument()
      ignore("\\begin{array}{" .. item .. "{…}}")
      table.insert(columns, { align = "l", before = before })
      table.insert(rules, 0)
      before = nil
    else
      ignore("\\begin{array}{" .. (type(item) == "string" and item or "{…}") .. "}")
    end
  end
  if before and #columns > 0 then columns[#columns].after = merge(columns[#columns].after, before) end
  for number, column in ipairs(columns) do column.rule, column.first_rule = rules[number + 1], rules[1] end
  return columns, rules
end

-- Write rows with their numbers → TeX. `columns` have TeX before and after each cell.
local function write_rows(rows, is_numbered, columns)
  local out, spaces = {}, {}
  local previous = state.current
  local function add_texts(texts)
    for _, text in ipairs(texts or {}) do
      table.insert(out, mark("intertext", text))
      table.insert(spaces, "")
      if is_numbered then table.insert(state.rows, { labels = {}, tags = {} }) end
    end
  end
  for _, row in ipairs(rows) do
    add_texts(row.texts)
    if is_numbered then
      state.current = { labels = {}, tags = {} }
      table.insert(state.rows, state.current)
    end
    local cells = {}
    for number, cell in ipairs(row.cells) do
      local column = columns and columns[number] or {}
      local span, edges = cell.span, nil
      if span then
        local own, rules = read_columns(cell.columns)
        edges = code_rule(rules[1]) .. code_rule(rules[2] or 0)
        row.has_rules = row.has_rules or edges ~= "00"
        if span == 1 and own[1] and own[1].align == column.align and rules[2] == column.rule
          and (rules[1] == (number == 1 and column.first_rule or 0)) then
          span = nil -- as without \multicolumn
        end
        column = own[1] or {}
      end
      local whole = { kind = "group" }
      for _, part in ipairs { column.before or {}, cell, column.after or {} } do
        table.move(part, 1, #part, #whole + 1, whole)
      end
      local body = write(whole)
      if span then body = mark("span:" .. span .. (column.align or "c") .. edges, body) end
      -- A bracket or star after \\ would be read as its option.
      if number == 1 and body:match("^%s*[%[*]") then body = "{}" .. body end
      table.insert(cells, body)
    end
    table.insert(out, table.concat(cells, " & "))
    table.insert(spaces, row.space and row.space:match("^%s*(-?[%d.]+%s*%a%a)%s*$") or "")
  end
  add_texts(rows.texts)
  state.current = previous
  return table.concat(out, " \\\\ "), spaces
end

-- Marks of the rules of a table: "columns=…;rows=…", with "0", "1" (single), "2" (double) or "d" (dashed) at
-- each edge; partial rules are "ROW.FIRST-LAST"; spaces after rows are "ROW:LENGTH".
local function describe_table(rows, rules, spaces)
  local options, width = {}, 0
  local found = false -- also for the rules of \multicolumn
  for _, row in ipairs(rows) do
    found = found or row.has_rules
    width = math.max(width, #row.cells)
  end
  if rules or found then
    local codes = {}
    rules = rules or { 0 }
    for number = #rules + 1, width + 1 do rules[number] = 0 end
    for _, count in ipairs(rules) do
      codes[#codes + 1] = code_rule(count)
      found = found or count ~= 0
    end
    if found then options[#options + 1] = "columns=" .. table.concat(codes) end
  end
  local codes, parts, any = {}, {}, false
  local function add_rules(list)
    local count = 0
    for _, rule in ipairs(list or {}) do
      if rule == "solid" then
        count = count + 1
      elseif rule == "dashed" then
        count = -1
      else
        parts[#parts + 1] = (#codes + 1) .. "." .. rule
      end
    end
    codes[#codes + 1] = code_rule(count)
    any = any or count ~= 0
  end
  for _, row in ipairs(rows) do add_rules(row.rules) end
  add_rules(rows.rules)
  if any then options[#options + 1] = "rows=" .. table.concat(codes) end
  if #parts > 0 then options[#options + 1] = "parts=" .. table.concat(parts, ",") end
  local gaps = {}
  for number, space in ipairs(spaces) do
    local value, unit = space:match("^(-?[%d.]+)%s*(%a%a)$")
    if value and tonumber(value) and EM[unit] then
      gaps[#gaps + 1] = string.format("%d:%.3f", number, tonumber(value) * EM[unit])
    end
  end
  if #gaps > 0 then options[#options + 1] = "gaps=" .. table.concat(gaps, ",") end
  return table.concat(options, ";")
end

local function finish_table(tex, rows, rules, spaces)
  local options = describe_table(rows, rules, spaces)
  return options == "" and tex or mark("table:" .. options, tex)
end

local ENVIRONMENTS = {}

local function environment(name, body) return "\\begin{" .. name .. "}" .. body .. "\\end{" .. name .. "}" end

-- Read the option [t] or [b] of an environment → a function that sets its first or last row on the baseline.
local function read_position(reader, name)
  local option = reader:option()
  local letter = option and trimmed(option) or "c"
  local row = ({ t = "first", b = "last" })[letter]
  if letter ~= "c" and not row then ignore("\\begin{" .. name .. "}[" .. letter .. "]") end
  return function(tex) return row and mark("baseline:" .. row, tex) or tex end
end

local function write_array(items, columns, rules)
  local rows = split_rows(items)
  local body, spaces = write_rows(rows, false, columns)
  local width = #columns
  for _, row in ipairs(rows) do width = math.max(width, #row.cells) end
  local letters = ""
  for number = 1, width do letters = letters .. (columns[number] and columns[number].align or "c") end
  local tex
  if letters:gsub("rl", "") == "" and letters ~= "" and not columns[2].is_tight then
    -- Pandoc would align these as equations, in display style and without space between the columns.
    tex = mark("columns:" .. letters, "\\begin{array}{" .. letters:gsub("r", "c") .. "}" .. body .. "\\end{array}")
  else
    tex = "\\begin{array}{" .. letters .. "}" .. body .. "\\end{array}"
  end
  return finish_table(tex, rows, rules, spaces)
end

ENVIRONMENTS.array = function(reader)
  local set_position = read_position(reader, "array")
  local columns, rules = read_columns(reader:argument() or {})
  return set_position(write_array(reader:rest(), columns, rules))
end

ENVIRONMENTS.subarray = function(reader)
  local columns = read_columns(reader:argument() or {})
  return write_array(reader:rest(), columns, nil)
end

local function fenced(open, body, close)
  if open == "" then return body end
  return join { "\\left" .. open, body, "\\right" .. close }
end

for prefix, fences in pairs {
  [""] = { "", "" }, p = { "(", ")" }, b = { "[", "]" }, B = { "\\{", "\\}" }, v = { "|", "|" }, V = { "\\|", "\\|" },
} do
  ENVIRONMENTS[prefix .. "matrix"] = function(reader, node)
    local columns, rules = {}, nil
    local option = reader:option()
    if option then columns, rules = read_columns(option) end
    local align = columns[1] and columns[1].align or "c"
    if node.name:match("%*$") and #columns == 1 then
      columns = setmetatable({}, { __index = function(_, key) return type(key) == "number" and { align = align } or nil end })
      rules = nil
    end
    local items = reader:rest()
    local plain = split_rows(items)
    local special = option ~= nil
    for _, row in ipairs(plain) do special = special or #row.rules > 0 end
    if special or #(plain.rules or {}) > 0 then
      return fenced(fences[1], write_array(items, columns, rules), fences[2])
    end
    local body, spaces = write_rows(plain, false)
    return finish_table(environment(prefix .. "matrix", body), plain, nil, spaces)
  end
  ENVIRONMENTS[prefix .. "matrix*"] = ENVIRONMENTS[prefix .. "matrix"]
  ENVIRONMENTS[prefix .. "smallmatrix"] = function(reader)
    reader:option()
    local body = write_rows(split_rows(reader:rest()), false)
    return fenced(fences[1], "\\," .. mark("style:script", environment("matrix", body)) .. "\\,", fences[2])
  end
  ENVIRONMENTS[prefix .. "smallmatrix*"] = ENVIRONMENTS[prefix .. "smallmatrix"]
end

-- Split cases into rows. The second column of a starred environment is text.
local function split_cases(reader, node)
  local rows = split_rows(reader:rest())
  for _, row in ipairs(node.name:match("%*$") and rows or {}) do
    local cell = row.cells[2]
    if cell then
      cell.kind = "group"
      while cell[1] == " " do table.remove(cell, 1) end
      while cell[#cell] == " " do table.remove(cell) end
      row.cells[2] = { kind = "group", "\\text", cell }
    end
  end
  return rows
end

ENVIRONMENTS.cases = function(reader, node)
  local rows = split_cases(reader, node)
  local body, spaces = write_rows(rows, false)
  return finish_table(environment("cases", body), rows, nil, spaces)
end
ENVIRONMENTS.dcases = function(reader, node)
  return mark("displaytable", environment("cases", (write_rows(split_cases(reader, node), false))))
end
ENVIRONMENTS.rcases = function(reader, node)
  local body = write_rows(split_cases(reader, node), false)
  return "\\left.\\begin{array}{ll}" .. body .. "\\end{array}\\right\\}"
end
ENVIRONMENTS.drcases = function(reader, node)
  return mark("displaytable", ENVIRONMENTS.rcases(reader, node))
end

-- The same in plain TeX, as in \pmatrix{a & b \cr c & d}.
for _, name in ipairs { "matrix", "pmatrix", "bmatrix", "vmatrix", "cases" } do
  COMMANDS["\\" .. name] = function(reader, command)
    local body = reader:argument()
    return body and ENVIRONMENTS[name](read_items(body), { name = name }) or command
  end
end
for name, written in pairs { eqalign = "aligned", displaylines = "gathered" } do
  COMMANDS["\\" .. name] = function(reader, command)
    local body = reader:argument()
    return body and environment(written, (write_rows(split_rows(body), false))) or command
  end
end

ENVIRONMENTS["dcases*"], ENVIRONMENTS["cases*"] = ENVIRONMENTS.dcases, ENVIRONMENTS.cases
ENVIRONMENTS["rcases*"], ENVIRONMENTS["drcases*"] = ENVIRONMENTS.rcases, ENVIRONMENTS.drcases

local function pass_on(reader) return "{" .. write(reader:rest()) .. "}" end
for _, name in ipairs { "math", "displaymath", "equation", "equation*", "dmath", "dmath*", "subequations" } do
  ENVIRONMENTS[name] = pass_on
end

-- Environments whose rows may have numbers of their own; the others have one number for all rows.
local NUMBERED_ROWS = { align = true, gather = true, eqnarray = true, flalign = true, alignat = true, xalignat = true,
  xxalignat = true, aligned = true, gathered = true, alignedat = true, split = true, multline = true }
local WRITTEN_AS = { flalign = "align", xalignat = "alignat", xxalignat = "alignat", flaligned = "aligned" }

-- Add a cell if the number of columns is odd: pandoc does not align these.
local function pair_columns(rows)
  local width = 0
  for _, row in ipairs(rows) do width = math.max(width, #row.cells) end
  if width > 1 and width % 2 == 1 then
    local cells = rows[1].cells
    for _ = #cells, width do table.insert(cells, { kind = "group" }) end
  end
end

for name in pairs {
  align = 1, gather = 1, eqnarray = 1, flalign = 1, alignat = 1, xalignat = 1, xxalignat = 1, aligned = 1,
  gathered = 1, alignedat = 1, split = 1, flaligned = 1,
} do
  ENVIRONMENTS[name] = function(reader, node, is_whole)
    local argument = ""
    local is_part = name:match("ed$") or name == "alignedat"
    local set_position = is_part and read_position(reader, name) or function(tex) return tex end
    local written = WRITTEN_AS[name] or name
    local is_tight = name == "alignat" or name == "alignedat"
    if name:match("at$") or name == "alignedat" then argument = "{" .. source(reader:argument() or {}) .. "}" end
    local rows = split_rows(reader:rest())
    if written ~= "eqnarray" then pair_columns(rows) end
    local is_spread = name == "flalign" or name:match("^x+alignat$")
    if is_spread and #rows[1].cells > 2 then ignore("\\begin{" .. name .. "}") end
    local body, spaces = write_rows(rows, is_whole)
    local tex = finish_table(environment(written, argument .. body), rows, nil, spaces)
    return set_position(is_tight and mark("tight", tex) or tex)
  end
  ENVIRONMENTS[name .. "*"] = ENVIRONMENTS[name]
end

-- An operator at the start of a continued line has spaces around it.
local function separate_operator(line)
  local first = read_items(line):peek()
  if first == "+" or first == "-" then table.insert(line, 1, { kind = "group" }) end
end

ENVIRONMENTS.multline = function(reader, node, is_whole)
  if node.name == "multlined" then ignore_options(reader, "\\begin{multlined}") end
  local rows = split_rows(reader:rest())
  for number, row in ipairs(rows) do
    if number > 1 then separate_operator(row.cells[1]) end
  end
  state.is_multline = true
  local body, spaces = write_rows(rows, is_whole)
  state.is_multline = false
  for number, row in ipairs(is_whole and state.rows or {}) do -- the number is in the last row
    local last = state.rows[#state.rows]
    for _, key in ipairs { "labels", "tags" } do
      if number < #state.rows then
        table.move(row[key], 1, #row[key], #last[key] + 1, last[key])
        row[key] = {}
      end
    end
  end
  local name = node.name == "multlined" and "multlined:display" or "multline"
  return mark(name, finish_table(environment("gather", body), rows, nil, spaces))
end
ENVIRONMENTS["multline*"], ENVIRONMENTS.multlined = ENVIRONMENTS.multline, ENVIRONMENTS.multline

-- Two lines, the first at the left and the second at the right, with 1 em of space beside them.
add("splitfrac splitdfrac", function(reader, command)
  local first, second = reader:argument(), reader:argument()
  if not second then return command end
  separate_operator(second)
  local style = command == "\\splitdfrac" and "display" or "text"
  return mark("multlined:" .. style, environment("gathered", write(first) .. " \\\\ " .. write(second)))
end)

-- Items ------------------------------------------------------------------------------------------------------

-- Write \left … \right with the parts between \middle, in a mark if pandoc lacks one of the delimiters.
local function write_fence(node)
  local parts, names = { { kind = "group" } }, { node.open, node.close }
  local reader = read_items(node)
  while reader.place <= #node do
    local item = reader:take()
    if item == "\\middle" then
      local name = reader:peek()
      reader:take()
      table.insert(names, type(name) == "string" and name or "|")
      table.insert(parts, { kind = "group" })
    else
      table.insert(parts[#parts], item)
    end
  end
  local is_marked, signs = false, {}
  for number, name in ipairs(names) do
    local sign = DELIMITERS[name]
    is_marked = is_marked or (sign and not PANDOC_DELIMITERS[sign])
    signs[number] = ({ ["{"] = "❴", ["}"] = "❵" })[sign] or sign or "|"
  end
  local function written(number) return is_marked and "|" or PANDOC_DELIMITERS[signs[number]] or names[number] end
  local out = { "\\left" .. written(1) }
  for number, part in ipairs(parts) do
    if number > 1 then out[#out + 1] = "\\middle" .. written(number + 1) end
    out[#out + 1] = write(part)
  end
  out[#out + 1] = "\\right" .. written(2)
  return is_marked and mark("fences:" .. table.concat(signs), join(out)) or join(out)
end

local function write_node(node, is_whole)
  if node.kind == "group" then return "{" .. write(node) .. "}" end
  if node.kind == "fence" then return write_fence(node) end
  local handler = ENVIRONMENTS[node.name]
  if handler then return handler(read_items(node), node, is_whole) end
  return environment(node.name, (write_rows(split_rows(node), false)))
end

local INFIX = { ["\\over"] = true, ["\\atop"] = true, ["\\above"] = true }

-- Write a script. It may have several lines, which TeX takes from \substack only: _{a \\ b}.
local function write_script(group)
  local body
  state.level = state.level + 1
  for _, item in ipairs(group) do
    if item == "\\\\" then body = body or "\\substack{" .. write_rows(split_rows(group), false) .. "}" end
  end
  body = body or write(group)
  state.level = state.level - 1
  return "{" .. body .. "}"
end

function write(items)
  for place, item in ipairs(items) do
    if INFIX[item] then
      local above, below = { kind = "group" }, { kind = "group" }
      for number = 1, place - 1 do above[number] = items[number] end
      for number = place + 1, #items do table.insert(below, items[number]) end
      local thickness = ({ ["\\over"] = "", ["\\atop"] = "0pt" })[item]
      if not thickness then
        local reader = read_items(below)
        thickness = reader:length()
        below = reader:rest()
      end
      return write_fraction(write(above), write(below), thickness, "\\above%s")
    end
  end
  local reader, out = read_items(items), {}
  while reader.place <= #items do
    local item = reader:take()
    if type(item) == "table" then
      out[#out + 1] = write_node(item)
    elseif SWITCHES[item] then
      local write_others = SWITCHES[item](reader, item)
      -- Rows and cells end the effect, as groups do.
      local part = { kind = "group" }
      while reader.place <= #items and reader.items[reader.place] ~= "&" and reader.items[reader.place] ~= "\\\\" do
        part[#part + 1] = reader:take()
      end
      local is_empty = #part == 0 or (#part == 1 and part[1] == " ")
      out[#out + 1] = is_empty and "" or write_others(part)
    elseif COMMANDS[item] then
      out[#out + 1] = COMMANDS[item](reader, item)
    elseif item == "^" or item == "_" then
      out[#out + 1] = item
      local next_item = reader:peek()
      if type(next_item) == "table" and next_item.kind == "group" then
        reader:take()
        out[#out + 1] = write_script(next_item)
      end
    else
      out[#out + 1] = item
    end
  end
  return join(out)
end

-- Return whether a group is an argument or a script: it follows a command, ^ or _, perhaps after other groups.
local function is_argument(items, place)
  repeat place = place - 1 until type(items[place]) ~= "table" or items[place].kind ~= "group"
  local before = items[place]
  return type(before) == "string" and (before:match("^\\%a") or before:match("^[%^_%]@!<>]$")) ~= nil
end

-- A group is an ordinary atom: a comma, an operator or a fence between braces has no space around it.
local function remove_spaces(items)
  for place, item in ipairs(items) do
    if type(item) == "table" then
      remove_spaces(item)
      local reader = read_items(item)
      local only = item.kind == "group" and reader:peek()
      reader:take()
      only = not reader:peek() and only
      local is_spaced = type(only) == "table" and only.kind == "fence"
        or type(only) == "string" and (only:match("^[,=+<>-]$") or only:match("arrow$") or OPERATORS[only])
      if is_spaced and not is_argument(items, place) then
        items[place] = { kind = "group", "\\mathord", { kind = "group", only } }
      end
    end
  end
end

local function new_state(is_display, definitions, in_words)
  local first = { labels = {}, tags = {} }
  return { ignored = {}, rows = {}, current = first, whole = first, colours = setmetatable({}, { __index = definitions.colours }),
    is_display = is_display, in_words = in_words, level = 0 }
end

-- The only item besides spaces and numbering commands, if it is an environment whose rows may have numbers.
local function find_numbered_environment(tree)
  local found
  for _, item in ipairs(tree) do
    if type(item) == "table" and item.kind == "environment" then
      if found then return nil end
      found = item
    elseif type(item) == "table" or (item ~= " " and not item:match("^[.,;]$")) then
      return nil
    end
  end
  if not found then return nil end
  local name = found.name:gsub("%*$", "")
  if NUMBERED_ROWS[name] then return found end
  if name == "equation" or name == "displaymath" then return nil end
end

-- Rewrite a formula → its TeX for pandoc, and a table: labels and tags of the whole formula, `rows` with those
-- of each row, and `ignored`, the commands without effect. The TeX is unchanged if its braces do not match.
local function rewrite(text, is_display, definitions, in_words)
  state = new_state(is_display, definitions, in_words)
  local tree = parse(tokenize(text))
  local macros = setmetatable({}, { __index = definitions.macros })
  tree = tree and expand(tree, macros, state.colours, { count = 0, tokens = 0 })
  if not tree then return text, state end
  remove_spaces(tree)
  local numbered = is_display and find_numbered_environment(tree)
  local out
  if numbered then
    out = {}
    for _, item in ipairs(tree) do out[#out + 1] = item == numbered and write_node(item, true) or item end
    out = join(out)
  else
    local rows = split_rows(tree)
    local is_plain = #rows == 1 and #rows[1].cells == 1
    local texts, rules = rows.texts or {}, rows.rules or {}
    if is_plain and #rows[1].texts + #texts > 0 then ignore("\\intertext") end
    if is_plain and #rows[1].rules + #rules > 0 then ignore("\\hline") end
    if is_plain then
      out = write(rows[1].cells[1])
    else
      out = write_rows(rows, is_display)
    end
  end
  return out, state
end

-- Read definitions in raw TeX between paragraphs. Return whether there is nothing else in it.
local function define(text, definitions)
  local tree = parse(tokenize(text))
  if not tree then return false end
  local reader = read_items(tree)
  while reader:peek() do
    local item = reader:take()
    local handler = type(item) == "string" and DEFINITIONS[item]
    if not handler or not handler(reader, definitions.macros, item, definitions.colours) then return false end
  end
  return true
end

local function begins_definition(text) return DEFINITIONS[text:match("^%s*(\\%a+)") or ""] ~= nil end

local function contains_definition(text)
  for command in text:gmatch("\\%a+") do
    if DEFINITIONS[command] then return true end
  end
  return false
end

return { rewrite = rewrite, define = define, begins_definition = begins_definition,
  contains_definition = contains_definition, commands = COMMANDS,
  mark_reference = mark_reference, ignore = ignore, read_items = read_items, trimmed = trimmed }
