true foo
