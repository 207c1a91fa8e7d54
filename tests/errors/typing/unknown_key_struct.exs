defmodule User do
  defstruct [:name, age: 1]
end

defmodule A do
  def head(%User{} = user), do: user.nam
  def field(%User{name: name} = user), do: {name, user.agee}
  def other_way(user = %User{}), do: user.zip
  def known(%User{} = user), do: {user.name, user.age, user.__struct__}
  def long(%URI{} = uri), do: uri.hst

  def clause(value) do
    case value do
      %User{} = user -> user.zip
      _ -> nil
    end
  end

  def step(value), do: with(%User{} = user <- value, do: user.zip)
  def each(values), do: for(%User{} = user <- values, do: user.zip)
  def fun(values), do: Enum.map(values, fn %User{} = user -> user.zip end)
end
