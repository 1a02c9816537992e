//! Which layer a box belongs to.

use super::find::find;

/// For each edge whether it has to be turned round so that no cycle remains. Self-loops are turned, too: they stay out.
pub fn turned(boxes: usize, edges: &[(usize, usize)]) -> Vec<bool> {
    let mut leaving = vec![Vec::new(); boxes];
    for (at, &(from, to)) in edges.iter().enumerate() {
        leaving[from].push((at, to));
    }
    let mut turned = vec![false; edges.len()];
    let (mut seen, mut on_path) = (vec![false; boxes], vec![false; boxes]);
    // Beginning with what nothing leads to keeps the edges that are turned few.
    let mut entered = vec![false; boxes];
    for &(_, to) in edges {
        entered[to] = true;
    }
    let mut starts: Vec<usize> = (0..boxes).collect();
    starts.sort_by_key(|&v| entered[v]);
    for start in starts {
        if seen[start] {
            continue;
        }
        let mut path = vec![(start, 0)];
        (seen[start], on_path[start]) = (true, true);
        while let Some((vertex, next)) = path.last_mut() {
            let Some(&(edge, to)) = leaving[*vertex].get(*next) else {
                on_path[*vertex] = false;
                path.pop();
                continue;
            };
            *next += 1;
            if on_path[to] {
                turned[edge] = true;
            } else if !seen[to] {
                (seen[to], on_path[to]) = (true, true);
                path.push((to, 0));
            }
        }
    }
    turned
}

/// For each box its layer, from 0: after all that lead to it, and no farther from its neighbours than it has to be. The
/// edges have no cycle.
pub fn ranks(boxes: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    let (mut before, mut after) = (vec![Vec::new(); boxes], vec![Vec::new(); boxes]);
    for &(from, to) in edges {
        after[from].push(to);
        before[to].push(from);
    }
    let mut open: Vec<usize> = before.iter().map(Vec::len).collect();
    let mut order: Vec<usize> = (0..boxes).filter(|&v| open[v] == 0).collect();
    let mut rank = vec![0; boxes];
    let mut at = 0;
    while at < order.len() {
        for &next in &after[order[at]] {
            rank[next] = rank[next].max(rank[order[at]] + 1);
            open[next] -= 1;
            if open[next] == 0 {
                order.push(next);
            }
        }
        at += 1;
    }
    // Moving a box to the right shortens the edges that leave it and lengthens those that enter it.
    for &vertex in order.iter().rev() {
        let nearest = after[vertex].iter().map(|&next| rank[next] - 1).min();
        if let (Some(nearest), true) = (nearest, after[vertex].len() > before[vertex].len()) {
            rank[vertex] = nearest;
        }
    }
    drawn_together(edges, &mut rank);
    let first = rank.iter().copied().min().unwrap_or(0);
    rank.iter().map(|rank| rank - first).collect()
}

/// Moves what hangs together by edges of the least length to the right as one, as long as that shortens more edges than it
/// lengthens: a bundle that leads to something far away then stands beside it.
fn drawn_together(edges: &[(usize, usize)], rank: &mut [usize]) {
    loop {
        let part = parts(edges, rank);
        let mut gain = vec![0_isize; rank.len()];
        let mut room = vec![usize::MAX; rank.len()];
        for &(from, to) in edges.iter().filter(|(from, to)| part[*from] != part[*to]) {
            gain[part[from]] += 1;
            gain[part[to]] -= 1;
            room[part[from]] = room[part[from]].min(rank[to] - rank[from] - 1);
        }
        let Some(best) =
            (0..rank.len()).filter(|&p| gain[p] > 0).max_by_key(|&p| (gain[p], std::cmp::Reverse(p)))
        else {
            return;
        };
        for vertex in (0..rank.len()).filter(|&vertex| part[vertex] == best) {
            rank[vertex] += room[best];
        }
    }
}

/// For each box the first one that it hangs together with by edges from one layer to the next.
fn parts(edges: &[(usize, usize)], rank: &[usize]) -> Vec<usize> {
    let mut part: Vec<usize> = (0..rank.len()).collect();
    for &(from, to) in edges.iter().filter(|(from, to)| rank[*from] + 1 == rank[*to]) {
        let (a, b) = (find(&mut part, from), find(&mut part, to));
        part[a.max(b)] = a.min(b);
    }
    (0..rank.len()).map(|vertex| find(&mut part, vertex)).collect()
}
