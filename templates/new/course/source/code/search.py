"""Searching and sorting: the programs of this unit."""


# region: linear
def linear_search(items, wanted):
    for place, item in enumerate(items):
        if item == wanted:
            return place
    return None
# endregion


# region: binary
def binary_search(items, wanted):
    low, high = 0, len(items)
    while low < high:
        middle = (low + high) // 2
        if items[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    if low < len(items) and items[low] == wanted:
        return low
    return None
# endregion


# region: insertion
def insertion_sort(items):
    for place in range(1, len(items)):
        item = items[place]
        while place > 0 and items[place - 1] > item:
            items[place] = items[place - 1]
            place -= 1
        items[place] = item
# endregion


# region: merge
def merge_sort(items):
    if len(items) < 2:
        return items
    middle = len(items) // 2
    left = merge_sort(items[:middle])
    right = merge_sort(items[middle:])
    merged = []
    while left and right:
        smaller = left if left[0] <= right[0] else right
        merged.append(smaller.pop(0))
    return merged + left + right
# endregion


# region: stable
names = ["Kurt", "Grace", "Ada", "Emmy", "Edsger", "Alan"]
by_name = sorted(names)
by_length = sorted(by_name, key=len)
print(by_length)
# endregion
