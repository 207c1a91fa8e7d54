<<"a"::signed-binary>>
