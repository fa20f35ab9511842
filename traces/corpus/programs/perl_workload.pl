# A report from a log: hashes of arrays, regular expressions, sorting, formatting.
use strict;
use warnings;

my $state = 4711;
sub below { my ($bound) = @_; $state = ($state * 1103515245 + 12345) & 0x7fffffff; return ($state >> 8) % $bound; }

my (%by_user, %by_path);
for my $i (1 .. 12000) {
  my $line = sprintf("user%03d GET /path/%d/%s.html %d %d", below(200), below(40), "p" x (1 + below(20)), 200 + 100 * below(4), below(100000));
  next unless $line =~ m{^(\w+) GET (\S+) (\d+) (\d+)$};
  push @{ $by_user{$1} }, { path => $2, status => $3, bytes => $4 };
  $by_path{$2} += $4;
}
my $report = "";
for my $user (sort keys %by_user) {
  my @largest = sort { $b->{bytes} <=> $a->{bytes} } @{ $by_user{$user} };
  $report .= sprintf("%s %d %s\n", $user, scalar(@largest), join(",", map { $_->{bytes} } @largest[0 .. 2]));
}
my @paths = sort { $by_path{$b} <=> $by_path{$a} || $a cmp $b } keys %by_path;
print length($report), " ", scalar(@paths), " $paths[0]\n";
