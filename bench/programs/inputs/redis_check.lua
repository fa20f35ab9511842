-- Empties the server, writes what is known, changes every third, deletes every fifth, and answers
-- with how many keys are left and the SHA-1 of what stands in them.
redis.call('flushall')
for i = 1, 3000 do redis.call('set', 'key' .. i, string.rep('v', i % 700)) end
for i = 3, 3000, 3 do redis.call('append', 'key' .. i, string.rep('w', i % 300)) end
for i = 5, 3000, 5 do redis.call('del', 'key' .. i) end
local digest = ''
for i = 1, 3000 do digest = redis.sha1hex(digest .. (redis.call('get', 'key' .. i) or '')) end
return {redis.call('dbsize'), digest}
