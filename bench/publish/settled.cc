#include "bench/publish/settled.h"

#include "bench/record/significant_digits.h"

namespace alloclab::publish {

double Settled(double figure) { return WithDigits(figure, 9); }

}  // namespace alloclab::publish
