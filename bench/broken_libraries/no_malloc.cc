// A shared library that stands in for nothing, with functions of every kind that a symbol can be.

extern "C" int AlloclabHasNoMalloc() { return 1; }

// From assembly, without a type: STT_NOTYPE.
asm(R"(
  .globl AlloclabUntyped
AlloclabUntyped:
  ret
)");

// Chosen by the loader: STT_GNU_IFUNC.
extern "C" {
int alloclab_data = 1;
using Function = int();
[[gnu::visibility("hidden")]] Function* AlloclabChoose() { return AlloclabHasNoMalloc; }
int AlloclabChosen() __attribute__((ifunc("AlloclabChoose")));
}
