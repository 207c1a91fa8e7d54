<<1.5::integer>>
