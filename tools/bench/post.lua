-- One form sent again and again. What the bench calls NUMBER in it is another text each time, and
-- each comes from a network of its own, as the proxy in front of the site would tell.

dofile(os.getenv("BENCH_LUA") .. "/report.lua")

local asked = 0

function init(args)
  cookie, right = args[1], tonumber(args[2])
  headers = {
    ["Cookie"] = cookie,
    ["X-CSRFToken"] = args[3],
    ["Content-Type"] = "application/x-www-form-urlencoded",
  }
end

function request()
  asked = asked + 1
  local body = os.getenv("BENCH_BODY"):gsub("NUMBER", number .. "-" .. asked)
  headers["X-Forwarded-For"] =
    string.format("10.%d.%d.%d", number, math.floor(asked / 256) % 256, asked % 256)
  return wrk.format("POST", nil, headers, body)
end

function response(status)
  count(status, right)
end
