// A shared library that stands in for nothing.

extern "C" int AlloclabHasNoMalloc() { return 1; }
