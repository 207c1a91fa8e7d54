if true do
 1
elsif false do
 2
end
