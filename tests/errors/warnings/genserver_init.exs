defmodule Server do
  use GenServer
end
