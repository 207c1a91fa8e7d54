import Foo.Bar
