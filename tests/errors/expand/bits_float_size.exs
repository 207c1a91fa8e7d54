<<1.0::float-size(8)>>
