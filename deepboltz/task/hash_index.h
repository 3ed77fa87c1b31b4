// Search among binary codes without comparing the query with each of them. It finds what scan() finds, in the same
// order.
//
//   up to 24 bits   one table of addresses. The ball around the query is visited by growing radius, each address once
//                   (Salakhutdinov & Hinton 2009): the time depends on the ball and on what is found.
//   more bits       multi-index hashing (Norouzi, Punjani & Fleet 2012). The code is cut into m pieces of about
//                   log₂ cases bits, with a table each. If a code differs from the query in at most r = m·r' + a bits,
//                   then one of the pieces 0 … a differs in at most r' bits, or one of the others in at most r' − 1.
//                   So the step from radius r − 1 to r visits only piece a, at a distance of exactly r'. What is met
//                   there is compared with the query by all its bits.
//
// The scan takes over when more addresses and candidates would be visited than there are codes.
#pragma once

#include <vector>

#include "deepboltz/task/address_table.h"
#include "deepboltz/task/hamming_scan.h"

namespace deepboltz {

class HashIndex {
 public:
  explicit HashIndex(BinaryCodes codes);

  const BinaryCodes& codes() const { return codes_; }
  const std::vector<AddressTable>& tables() const { return tables_; }

  // Nearest first, equal distances by number.    query: codes().words() words, bits behind the last one zero
  std::vector<Neighbour> find(const std::uint64_t* query, const Wanted& wanted) const;

 private:
  BinaryCodes codes_;
  std::vector<AddressTable> tables_;  // of the pieces, from bit 0 on
};

}  // namespace deepboltz
