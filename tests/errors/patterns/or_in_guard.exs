case 1 do
  x when x || true -> 1
end
