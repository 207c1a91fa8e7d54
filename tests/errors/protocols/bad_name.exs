defprotocol 1 do
end
