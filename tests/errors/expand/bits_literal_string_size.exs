<<"abc"::size(2)>>
