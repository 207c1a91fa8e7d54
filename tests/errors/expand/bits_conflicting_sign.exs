<<1::signed-unsigned>>
