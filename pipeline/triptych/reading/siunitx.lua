-- Write numbers and units of LaTeX's siunitx package as TeX that pandoc supports. driver.lua loads this module.

local PREFIXES = { quecto = "q", ronto = "r", yocto = "y", zepto = "z", atto = "a", femto = "f", pico = "p", nano = "n",
  micro = "μ", milli = "m", centi = "c", deci = "d", deca = "da", deka = "da", hecto = "h", kilo = "k", mega = "M",
  giga = "G", tera = "T", peta = "P", exa = "E", zetta = "Z", yotta = "Y", ronna = "R", quetta = "Q", kibi = "Ki",
  mebi = "Mi", gibi = "Gi", tebi = "Ti" }
local UNITS = { ampere = "A", candela = "cd", kelvin = "K", kilogram = "kg", gram = "g", metre = "m", meter = "m",
  mole = "mol", second = "s", becquerel = "Bq", degreeCelsius = "°C", celsius = "°C", coulomb = "C", farad = "F",
  gray = "Gy", hertz = "Hz", henry = "H", joule = "J", lumen = "lm", lux = "lx", newton = "N", ohm = "Ω", pascal = "Pa",
  radian = "rad", siemens = "S", sievert = "Sv", steradian = "sr", tesla = "T", volt = "V", watt = "W", weber = "Wb",
  katal = "kat", astronomicalunit = "au", bel = "B", dalton = "Da", day = "d", decibel = "dB", degree = "°",
  electronvolt = "eV", hectare = "ha", hour = "h", litre = "L", liter = "L", arcminute = "′", minute = "min",
  arcsecond = "″", neper = "Np", tonne = "t", percent = "%", bar = "bar", byte = "B", bit = "bit", angstrom = "Å",
  barn = "b", knot = "kn", mmHg = "mmHg", nauticalmile = "M", atomicmassunit = "u", permille = "‰",
  A = "A", g = "g", kg = "kg", mg = "mg", ug = "μg", K = "K", m = "m", km = "km", cm = "cm", mm = "mm", um = "μm",
  nm = "nm", pm = "pm", dm = "dm", mol = "mol", mmol = "mmol", s = "s", ms = "ms", us = "μs", ns = "ns", ps = "ps",
  Hz = "Hz", kHz = "kHz", MHz = "MHz", GHz = "GHz", mHz = "mHz", N = "N", kN = "kN", mN = "mN", Pa = "Pa", kPa = "kPa",
  MPa = "MPa", GPa = "GPa", J = "J", kJ = "kJ", mJ = "mJ", eV = "eV", keV = "keV", MeV = "MeV", GeV = "GeV",
  meV = "meV", TeV = "TeV", W = "W", kW = "kW", mW = "mW", MW = "MW", GW = "GW", kWh = "kWh", V = "V", kV = "kV",
  mV = "mV", uV = "μV", mA = "mA", uA = "μA", kA = "kA", l = "L", L = "L", ml = "mL", mL = "mL", dB = "dB", C = "C",
  F = "F", uF = "μF", nF = "nF", pF = "pF", H = "H", mH = "mH", kohm = "kΩ", mohm = "mΩ", Mohm = "MΩ" }
local POWERS_BEFORE = { square = "2", cubic = "3" }
local POWERS_AFTER = { squared = "2", cubed = "3" }
local THIN = "\\,"
local CLOSE = { ["°"] = true, ["′"] = true, ["″"] = true } -- without a space after the number

return function(tex)
  local trimmed = tex.trimmed

  -- Digits in groups of three if there are five or more, as siunitx sets them.
  local function group_digits(digits, from_left)
    if #digits < 5 then return digits end
    local turned = from_left and digits or digits:reverse()
    local groups = turned:gsub("%d%d%d", "%0 "):gsub(" $", "")
    groups = from_left and groups or groups:reverse()
    return (groups:gsub(" ", THIN))
  end

  local write_number
  function write_number(text)
    text = text:gsub("%s+", "")
    local value, uncertainty = text:match("^(.-)\\pm(.+)$")
    if value then
      local first, second = write_number(value), write_number(uncertainty)
      return first and second and first .. "\\pm " .. second
    end
    local sign, whole, rest = text:match("^([+-]?)(%d*)(.*)$")
    local mark, decimals, after = rest:match("^([.,])(%d*)(.*)$")
    local error_digits, tail = (after or rest):match("^%((%d+)%)(.*)$")
    tail = tail or after or rest
    local exponent = tail:match("^[eEdD]([+-]?%d+)$")
    if (tail ~= "" and not exponent) or (whole == "" and not mark and not exponent) then return nil end
    local out = sign .. group_digits(whole == "" and mark and "0" or whole, false)
    if mark then out = out .. "." .. group_digits(decimals, true) end
    if error_digits then out = out .. "(" .. error_digits .. ")" end
    if exponent then
      local power = "10^{" .. exponent .. "}"
      out = whole == "" and not mark and sign .. power or out .. "\\times " .. power
    end
    return "{" .. out .. "}"
  end

  local function write_unit(symbol, power)
    local text = "\\text{" .. symbol:gsub("%%", "\\%%") .. "}"
    return power and power ~= "1" and text .. "^{" .. power .. "}" or text
  end

  -- Units as macros → a list of {symbol, power}, or nil for an unknown macro.
  local function read_units(items)
    local reader, found = tex.read_items(items), {}
    local prefix, power, is_per = "", nil, false
    while reader:peek() do
      local item = reader:take()
      local name = type(item) == "string" and item:match("^\\(%a+)$")
      if name == "per" then
        is_per = true
      elseif PREFIXES[name] then
        prefix = prefix .. PREFIXES[name]
      elseif POWERS_BEFORE[name] then
        power = POWERS_BEFORE[name]
      elseif name == "raiseto" then
        power = trimmed(reader:argument() or {})
      elseif (POWERS_AFTER[name] or name == "tothe") and #found > 0 then
        local value = POWERS_AFTER[name] or trimmed(reader:argument() or {})
        found[#found].power = (found[#found].is_per and "-" or "") .. value
      elseif UNITS[name] then
        local value = (is_per and "-" or "") .. (power or "1")
        table.insert(found, { symbol = prefix .. UNITS[name], power = value, is_per = is_per })
        prefix, power, is_per = "", nil, false
      elseif item ~= "." and item ~= "~" then
        return nil
      end
    end
    return found
  end

  -- Units as letters: kg.m/s^2.
  local function write_letters(text)
    local out = ""
    for symbol, mark in (text:gsub("~", ".") .. "\0"):gmatch("([^./\0]*)([./\0])") do
      local letters, power = symbol:match("^%s*(.-)%s*%^{?([+-]?%d+)}?%s*$")
      out = out .. (symbol:match("%S") and write_unit(letters or symbol:match("^%s*(.-)%s*$"), power) or "")
      out = out .. (mark == "." and THIN or mark == "/" and "/" or "")
    end
    return out
  end

  local function write_units(items, mode)
    if not trimmed(items):find("\\") then return write_letters(trimmed(items)) end
    local units = read_units(items)
    if not units then -- macros among letters, as in \kg.m^2
      local letters = trimmed(items):gsub("\\(%a+)", UNITS)
      return not letters:find("\\") and write_letters(letters) or nil
    end
    local above, below = {}, {}
    for _, unit in ipairs(units) do
      if mode ~= "power" and unit.is_per then
        table.insert(below, write_unit(unit.symbol, unit.power:sub(2)))
      else
        table.insert(above, write_unit(unit.symbol, unit.power))
      end
    end
    local over, under = table.concat(above, THIN), table.concat(below, THIN)
    if #below == 0 then return over end
    over = over == "" and "1" or over
    if mode == "fraction" then return "\\frac{" .. over .. "}{" .. under .. "}" end
    return over .. "/" .. (#below > 1 and "(" .. under .. ")" or under)
  end

  -- The mode of \per in the options of a command. Other options have no effect.
  local function read_mode(reader, command)
    local option = reader:option()
    if not option then return "power" end
    local text, mode = trimmed(option), "power"
    for key, value in text:gmatch("([%w-]+)%s*=?%s*([%w-]*)") do
      if key == "per-mode" and (value == "symbol" or value == "fraction") then
        mode = value
      elseif key ~= "per-mode" then
        tex.ignore(command .. "[" .. key .. "]")
      end
    end
    return mode
  end

  -- Write a quantity, or return nil so that pandoc reports what is wrong.
  local function write_quantity(number, units, mode)
    local value, unit = write_number(trimmed(number)), write_units(units, mode)
    if not value or not unit then return nil end
    local symbol = unit:match("^\\text{([^}]*)}$")
    return value .. (unit == "" and "" or CLOSE[symbol] and "" or THIN) .. unit
  end

  local function split(text)
    local out = {}
    for part in (text .. ";"):gmatch("([^;]*);") do out[#out + 1] = part end
    return out
  end

  -- A word in the language of the book, which passes/typography.py inserts.
  local function write_word(name) return "\\text{\u{E004}word:" .. name .. "\u{E005}}" end

  -- Numbers or quantities, such as 1, 2 and 3.
  local function write_list(items)
    if #items == 0 then return nil end
    local last = table.remove(items)
    return #items == 0 and last or table.concat(items, "\\text{, }") .. write_word("list-and") .. last
  end

  local handlers = {}
  function handlers.num(reader, command)
    read_mode(reader, command)
    local number = reader:argument()
    return number and write_number(trimmed(number))
  end
  function handlers.unit(reader, command)
    local mode = read_mode(reader, command)
    local units = reader:argument()
    return units and write_units(units, mode)
  end
  handlers.si = handlers.unit
  function handlers.qty(reader, command)
    local mode = read_mode(reader, command)
    local number, units = reader:argument(), reader:argument()
    return units and write_quantity(number, units, mode)
  end
  handlers.SI = handlers.qty
  function handlers.qtyrange(reader, command)
    local mode = read_mode(reader, command)
    local first, last, units = reader:argument(), reader:argument(), reader:argument()
    local one, other = units and write_quantity(first, units, mode), units and write_quantity(last, units, mode)
    return one and other and one .. write_word("range") .. other
  end
  handlers.SIrange = handlers.qtyrange
  function handlers.qtylist(reader, command)
    local mode = read_mode(reader, command)
    local numbers, units, out = reader:argument(), reader:argument(), {}
    for _, number in ipairs(split(numbers and trimmed(numbers) or "")) do
      out[#out + 1] = units and write_number(number) and write_units(units, mode)
        and write_number(number) .. THIN .. write_units(units, mode)
    end
    return write_list(out)
  end
  handlers.SIlist = handlers.qtylist
  function handlers.numlist(reader, command)
    read_mode(reader, command)
    local numbers, out = reader:argument(), {}
    for _, number in ipairs(split(numbers and trimmed(numbers) or "")) do out[#out + 1] = write_number(number) end
    return write_list(out)
  end
  function handlers.numrange(reader, command)
    read_mode(reader, command)
    local first, last = reader:argument(), reader:argument()
    local one, other = last and write_number(trimmed(first)), last and write_number(trimmed(last))
    return one and other and one .. write_word("range") .. other
  end
  function handlers.ang(reader, command)
    read_mode(reader, command)
    local angle = reader:argument()
    local out = ""
    for place, part in ipairs(split(angle and trimmed(angle) or "")) do
      if part ~= "" then out = out .. (write_number(part) or part) .. "\\text{" .. ({ "°", "′", "″" })[place] .. "}" end
    end
    return out ~= "" and out or nil
  end

  for name, handler in pairs(handlers) do
    tex.commands["\\" .. name] = function(reader, command)
      local place = reader.place
      local written = handler(reader, command)
      if written then return written end
      reader.place = place
      return command
    end
  end
end
