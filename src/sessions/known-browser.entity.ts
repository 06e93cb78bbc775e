import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { epochMilliseconds } from '../database/columns';
import { User } from '../users/user.entity';

/** A browser in which this person has signed in before. */
@Entity('known_browsers')
export class KnownBrowser {
  @Index('known_browsers_user')
  @PrimaryColumn({ name: 'user_id' })
  userId!: number;

  /** SHA-256 of the number in its cookie. */
  @PrimaryColumn({ length: 64 })
  browser!: string;

  @Index('known_browsers_seen')
  @Column({ ...epochMilliseconds, name: 'seen_at' })
  seenAt!: number;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'user_id', foreignKeyConstraintName: 'fk_known_browsers_user' })
  user!: Relation<User>;
}
