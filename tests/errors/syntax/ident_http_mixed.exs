http_сервер = 1
IO.inspect(http_сервер)
