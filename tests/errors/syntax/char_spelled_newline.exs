IO.inspect(?
)
