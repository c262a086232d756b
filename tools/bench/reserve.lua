-- Each thread has one connection, and is a host with a session and a table of their own:
-- they reserve it and release it, in turn. Each answer is a redirect; everything else is a mistake.

dofile(os.getenv("BENCH_LUA") .. "/report.lua")

local asked = 0

function init(args)
  -- Three for each thread: the cookie of its session, and the addresses to post to.
  local first = number * 3
  local secret = args[1]
  headers = {
    ["Cookie"] = "sessionid=" .. args[first + 2] .. "; csrftoken=" .. secret,
    ["X-CSRFToken"] = secret,
    ["Content-Type"] = "application/x-www-form-urlencoded",
  }
  addresses = { args[first + 3], args[first + 4] }
end

function request()
  asked = asked + 1
  local body = asked % 2 == 1 and os.getenv("BENCH_BODY") or ""
  return wrk.format("POST", addresses[2 - asked % 2], headers, body)
end

function response(status)
  count(status, 302)
end
