# Crash reports would come between the lines of the report, now here, now there.
:logger.set_primary_config(:level, :none)
ExUnit.start()
