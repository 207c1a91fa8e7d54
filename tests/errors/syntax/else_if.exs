if true do
 1
else if false do
 2
end
