-- Reads one thing after the other.
-- Arguments: a file (Authorization, account sid, then a sid of a block a line), and the path,
-- in which {account}, {sid} and {page} are replaced.

local sids, account, path, number = {}, nil, nil, 0

function init(arguments)
  local lines = io.lines(arguments[1])
  wrk.headers["Authorization"] = lines()
  account = lines()
  for sid in lines do sids[#sids + 1] = sid end
  path = arguments[2]:gsub("{account}", account)
end

dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "report.lua")

function request()
  number = number + 1
  local filled = path:gsub("{sid}", sids[number % #sids + 1]):gsub("{page}", number % 100)
  return wrk.format(nil, filled)
end
