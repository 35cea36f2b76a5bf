drop function facilities_free_spaces_v1(
  timestamptz[], timestamptz[], int[], date[], int[], int[], int, varchar[], varchar[], text, bigint, int, int, int, int
);
