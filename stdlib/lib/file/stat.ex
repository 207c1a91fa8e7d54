defmodule File.Stat do
  @moduledoc "What the file system knows of a file."

  defstruct [
    :size,
    :type,
    :access,
    :atime,
    :mtime,
    :ctime,
    :mode,
    :links,
    :major_device,
    :minor_device,
    :inode,
    :uid,
    :gid
  ]

  @type t :: %__MODULE__{}

  def to_record(%File.Stat{} = s) do
    {:file_info, s.size, s.type, s.access, s.atime, s.mtime, s.ctime, s.mode, s.links,
     s.major_device, s.minor_device, s.inode, s.uid, s.gid}
  end

  def from_record(record)

  def from_record(
        {:file_info, size, type, access, atime, mtime, ctime, mode, links, major, minor, inode, uid, gid}
      ) do
    %File.Stat{
      size: size,
      type: type,
      access: access,
      atime: atime,
      mtime: mtime,
      ctime: ctime,
      mode: mode,
      links: links,
      major_device: major,
      minor_device: minor,
      inode: inode,
      uid: uid,
      gid: gid
    }
  end
end
