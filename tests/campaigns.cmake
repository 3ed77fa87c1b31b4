# The suites that carry the label `slow`. `./test.sh quick` leaves them out; the full run starts them first.
# A suite is listed here if it takes three seconds or more of one processor, measured alone, and if more draws or more steps of learning are
# what takes them: it compares frequencies with probabilities, or follows a learning curve. A suite that is long because it tries every
# instruction set or runs the command many times is not listed.
set(statistics
  sample.GibbsOnGraph   # 4.1 s: the joint of every small graph, by draws
  sample.EverySampler)  # 3.1 s: hard distributions, by every sampler
set(curves
  recipe.IntegerParity)  # 4.3 s: integers learn what floats learn
set(slow ${statistics} ${curves})

# count ← how many numbered cases of a table a sanitized build runs; 0: nothing of the suite. `dev` has held its laws for all of them.
function(sanitized_cases room suite count)
  set(${count} 10 PARENT_SCOPE)
  if(room MATCHES "^(sample|estimate)$" AND NOT sanitized MATCHES thread)  # more draws visit no other line
    set(${count} 3 PARENT_SCOPE)
  endif()
  if(${room}.${suite} IN_LIST curves)
    set(${count} 0 PARENT_SCOPE)
  endif()
endfunction()
