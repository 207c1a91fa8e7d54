m = URI
%m{}
