<<1::integer-binary>>
