# Nothing is said of what only the running program knows.
defmodule User do
  defstruct [:name]
end

defmodule A do
  def update(%User{} = user), do: %{user | name: "x"}.name
  def plain(user), do: user.nam
  def map(%{name: _} = map), do: map.nam
  def rebound(%User{} = user), do: with(user <- Map.from_struct(user), do: user[:nam])

  def branches(value) do
    found = if value, do: %{a: 1}, else: %{b: 1}
    Map.get(found, :c)
  end

  def guarded(user) when is_struct(user, User), do: user.nam
  def made(list), do: Map.new(list).name
end
