<<1::utf8-size(2)>>
