-- Configures one block after the other; every request changes something.
-- Arguments: a file (Authorization, account sid, then a sid of a block a line), and the number
-- that the first request has.

local areas, exchanges = { "2", "3", "7", "8" }, { "5550", "7010" }
local sids, account, number = {}, nil, 0

function init(arguments)
  local lines = io.lines(arguments[1])
  wrk.method = "POST"
  wrk.headers["Authorization"] = lines()
  wrk.headers["Content-Type"] = "application/json"
  account = lines()
  for sid in lines do sids[#sids + 1] = sid end
  number = tonumber(arguments[2])
end

-- No block of the benchmark holds the numbers that end in 9000 to 9999.
local function answering_point(n)
  local area = areas[n % 4 + 1]
  local exchange = exchanges[math.floor(n / 4) % 2 + 1]
  return string.format("+61%s%s9%03d", area, exchange, math.floor(n / 8) % 1000)
end

dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "report.lua")

function request()
  number = number + 1
  return wrk.format(nil, "/v2/numberblocks/" .. sids[number % #sids + 1], nil, string.format(
    '{"AccountSid":"%s","RoutingMethod":"endpoint","EndpointNumber":"%s","Recording":"enabled",'
    .. '"Source":"google","Medium":"cpc","Campaign":"campaign %d"}',
    account, answering_point(number), number))
end
