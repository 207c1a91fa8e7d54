IO.inspect(?\q)
